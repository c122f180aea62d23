"""``/sync/conflicts``: what both sides changed, resolved by a choice, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from core.errors import HubError
from offers.enums import Field
from syncs.api.conflict_serializers import (
    ConflictDetailSerializer,
    ConflictSerializer,
    ResolveConflictSerializer,
    ResolveConflictsSerializer,
    ResolvedConflictsSerializer,
)
from syncs.enums import ConflictResolution
from syncs.models import Conflict
from syncs.operations import conflicts as operations
from syncs.operations.conflicts import ChoiceNotPossible, Seen
from syncs.queries import conflicts as queries
from syncs.queries.conflicts import TABS, ConflictFilter


class ConflictsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_conflicts_list",
        tags=["sync"],
        parameters=[
            *PAGING,
            OpenApiParameter("status", OpenApiTypes.STR, enum=list(TABS)),
            OpenApiParameter("integrationId", OpenApiTypes.INT, description="One account"),
            OpenApiParameter("field", OpenApiTypes.STR, enum=Field.values),
            OpenApiParameter("since", OpenApiTypes.DATE, description="Found on this day or later"),
            OpenApiParameter("q", OpenApiTypes.STR, description="Offer, product, code or EAN"),
        ],
        responses=ConflictSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Open conflicts, newest first; with ``status`` those on their way, or settled."""
        given = request.query_params
        wanted = ConflictFilter(
            tab=given.get("status", "open"),
            account=given.get("integrationId", ""),
            field=given.get("field", ""),
            since=given.get("since", ""),
            search=given.get("q", "").replace("\x00", ""),
        )
        rows = queries.conflicts_matching(organization=self.organization, wanted=wanted)
        return PageLimitPagination.answer(request, rows, ConflictSerializer)


class ConflictBase(OrganizationAPIView):
    """A view of one conflict of the organization."""

    def conflict(self, conflict_id: str) -> Conflict:
        """The conflict, or 404 as if it did not exist."""
        rows = queries.conflicts_of(organization=self.organization)
        return get_object_or_404(rows.select_related("organization"), pk=conflict_id)

    def answer(self, row: Conflict) -> Response:
        """The conflict as it is now."""
        return Response(ConflictDetailSerializer(self.conflict(str(row.pk))).data)


class ConflictView(ConflictBase):
    @extend_schema(
        operation_id="sync_conflicts_read", tags=["sync"], responses=ConflictDetailSerializer
    )
    def get(self, request: Request, conflict_id: str) -> Response:
        """One conflict with what each choice would write where."""
        return self.answer(self.conflict(conflict_id))


class ResolveView(ConflictBase):
    @extend_schema(
        operation_id="sync_conflicts_resolve",
        tags=["sync"],
        request=ResolveConflictSerializer,
        responses=ConflictDetailSerializer,
    )
    def post(self, request: Request, conflict_id: str) -> Response:
        """Choose ours, Allegro's or another value. What goes to Allegro is WRITING until it shows it."""
        row = self.conflict(conflict_id)
        given = ResolveConflictSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        resolved = operations.resolve(
            conflict=row,
            resolution=ConflictResolution(wanted["resolution"]),
            value=wanted["value"],
            seen=Seen(**wanted["seen"]) if "seen" in wanted else None,
            actor=self.actor,
            now=timezone.now(),
        )
        return self.answer(resolved)


class UndoConflictView(ConflictBase):
    @extend_schema(
        operation_id="sync_conflicts_undo",
        tags=["sync"],
        request=None,
        responses=ConflictDetailSerializer,
    )
    def post(self, request: Request, conflict_id: str) -> Response:
        """Give back what the choice wrote, where nothing moved since; the conflict opens again."""
        row = operations.take_back(
            conflict=self.conflict(conflict_id), actor=self.actor, now=timezone.now()
        )
        return self.answer(row)


class ResolveManyView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_conflicts_resolve_many",
        tags=["sync"],
        request=ResolveConflictsSerializer,
        responses=ResolvedConflictsSerializer,
    )
    def post(self, request: Request) -> Response:
        """Resolve conflicts by a side, each for itself, or with ``dryRun`` tell what that would write."""
        given = ResolveConflictsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        asked, side = set(wanted["conflict_ids"]), ConflictResolution(wanted["resolution"])
        rows = queries.chosen(organization=self.organization, pks=asked)
        missing = [
            {"id": pk, "code": "not_found", "detail": "No open conflict", "remedy": ""}
            for pk in sorted(asked - {one.pk for one in rows})
        ]
        if wanted["dry_run"]:
            return Response(_planned(rows, side, missing))
        report = operations.resolve_many(
            conflicts=rows, resolution=side, actor=self.actor, now=timezone.now()
        )
        refused = [*missing, *(_refused(row, error) for row, error in report.refused)]
        return Response(
            {"dry_run": False, "resolved": report.done, "planned": [], "refused": refused}
        )


def _planned(
    rows: Sequence[Conflict], side: ConflictResolution, missing: list[dict[str, Any]]
) -> dict[str, Any]:
    shown = queries.preview(conflicts=rows, resolution=side)
    planned, refused = [], list(missing)
    for view, choice in shown.lines:
        if choice.possible:
            planned.append({"id": view.row.pk, "effects": choice.effects})
        else:
            error = ChoiceNotPossible(choice.obstacle, remedy=choice.remedy)
            refused.append(_refused(view.row, error))
    return {"dry_run": True, "resolved": [], "planned": planned, "refused": refused}


def _refused(row: Conflict, error: HubError) -> dict[str, Any]:
    return {"id": row.pk, "code": error.code, "detail": error.detail, "remedy": error.remedy}
