"""``/sync/status`` and ``/sync/discrepancies``: of the signed-in organization.

The published routes end in a user id. It is answered too, and must be the caller's own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.models import Membership, User
from core.api.paging import PAGING, PageLimitPagination
from syncs.api.discrepancy_serializers import (
    ChangeSerializer,
    CommentSerializer,
    DiscrepancyDetailSerializer,
    DiscrepancySerializer,
    EntrySerializer,
    SyncStatusSerializer,
)
from syncs.api.views import ACCOUNT
from syncs.enums import DiscrepancyKind, Resolution, Severity
from syncs.models import Discrepancy
from syncs.operations import discrepancies as operations
from syncs.queries import discrepancies as queries
from syncs.queries.choices import choices_of

FILTERS = [
    OpenApiParameter(
        "status", OpenApiTypes.STR, enum=queries.TABS, description="open without any; mine"
    ),
    OpenApiParameter("type", OpenApiTypes.STR, enum=DiscrepancyKind.values),
    OpenApiParameter("severity", OpenApiTypes.STR, enum=Severity.names),
    OpenApiParameter("q", OpenApiTypes.STR, description="Offer, product, code or EAN"),
]


def own_only(view: OrganizationAPIView, user_id: str | None) -> None:
    """The published routes name a user; another person's does not exist for the caller."""
    if user_id is not None and str(view.actor.pk) != user_id:
        raise Http404


class StatusView(OrganizationAPIView):
    @extend_schema(operation_id="sync_status", tags=["sync"], responses=SyncStatusSerializer)
    def get(self, request: Request, user_id: str | None = None) -> Response:
        """The newest runs of every account, and how many discrepancies are open."""
        own_only(self, user_id)
        status = queries.sync_status(organization=self.organization, now=timezone.now())
        return Response(SyncStatusSerializer(status).data)


class DiscrepanciesView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_discrepancies_list",
        tags=["sync"],
        parameters=[*PAGING, ACCOUNT, *FILTERS],
        responses=DiscrepancySerializer(many=True),
    )
    def get(self, request: Request, user_id: str | None = None) -> Response:
        """What Allegro and the catalogue disagree about, the worst first."""
        own_only(self, user_id)
        asked = request.query_params
        tab = asked.get("status", "open").lower()
        rows = queries.discrepancies_matching(
            organization=self.organization,
            wanted=queries.DiscrepancyFilter(
                tab=tab if tab in queries.TABS else "open",
                kind=asked.get("type", ""),
                severity=asked.get("severity", "").upper(),
                account=asked.get("integrationId", ""),
                search=asked.get("q", "").replace("\x00", "")[:200],
            ),
            person=self.actor,
        )
        return PageLimitPagination.answer(request, rows, DiscrepancySerializer)


class DiscrepancyView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_discrepancies_read",
        tags=["sync"],
        responses=DiscrepancyDetailSerializer,
    )
    def get(self, request: Request, discrepancy_id: str) -> Response:
        """One discrepancy, with what settling it by each side would write."""
        return Response(_detail(_row(self, discrepancy_id)))

    @extend_schema(
        operation_id="sync_discrepancies_change",
        tags=["sync"],
        request=ChangeSerializer,
        responses=DiscrepancyDetailSerializer,
    )
    def patch(self, request: Request, discrepancy_id: str) -> Response:
        """Assign it, mark it as looked into, or settle it by a side."""
        row = _row(self, discrepancy_id)
        serializer = ChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        _change(self, row, serializer.validated_data)
        return Response(_detail(_row(self, discrepancy_id)))


class UndoView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_discrepancies_undo",
        tags=["sync"],
        request=None,
        responses=DiscrepancyDetailSerializer,
    )
    def post(self, request: Request, discrepancy_id: str) -> Response:
        """Open it again, and give back the stock or price that taking Allegro's value changed."""
        operations.take_back(
            discrepancy=_row(self, discrepancy_id), actor=self.actor, now=timezone.now()
        )
        return Response(_detail(_row(self, discrepancy_id)))


class CommentsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_discrepancies_history",
        tags=["sync"],
        parameters=PAGING,
        responses=EntrySerializer(many=True),
    )
    def get(self, request: Request, discrepancy_id: str) -> Response:
        """Its history with the comments, newest first."""
        entries = queries.entries_of(discrepancy=_row(self, discrepancy_id))
        return PageLimitPagination.answer(request, entries, EntrySerializer)

    @extend_schema(
        operation_id="sync_discrepancies_comment",
        tags=["sync"],
        request=CommentSerializer,
        responses={201: EntrySerializer},
    )
    def post(self, request: Request, discrepancy_id: str) -> Response:
        """Say something; it stays in the history."""
        row = _row(self, discrepancy_id)
        serializer = CommentSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        line = operations.comment(
            discrepancy=row,
            text=serializer.validated_data["comment"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(EntrySerializer(line).data, status=201)


def _change(view: OrganizationAPIView, row: Discrepancy, wanted: dict[str, Any]) -> None:
    now = timezone.now()
    if "assignee_id" in wanted:
        person = _member(view, wanted["assignee_id"])
        operations.assign(discrepancies=[row], assignee=person, actor=view.actor, now=now)
    if "status" in wanted:
        operations.investigate(discrepancy=row, actor=view.actor, now=now)
    if "resolution" in wanted:
        operations.resolve(
            discrepancy=row,
            resolution=Resolution(wanted["resolution"]),
            actor=view.actor,
            now=now,
            comment=wanted.get("comment", ""),
            until=wanted.get("until"),
            seen=wanted.get("seen"),
        )


def _member(view: OrganizationAPIView, user_id: int | None) -> User | None:
    if user_id is None:
        return None
    members = Membership.objects.for_organization(view.organization).select_related("user")
    found: User = get_object_or_404(members, user_id=user_id).user
    return found


def rows_of(view: OrganizationAPIView) -> QuerySet[Discrepancy]:
    """The discrepancies of the request's organization."""
    rows = queries.discrepancies_of(organization=view.organization)
    return rows.select_related("organization")


def _row(view: OrganizationAPIView, discrepancy_id: str) -> Discrepancy:
    found: Discrepancy = get_object_or_404(rows_of(view), public_id=discrepancy_id)
    return found


def _detail(row: Discrepancy) -> Any:
    row.choices = [] if row.is_settled else choices_of(row)  # type: ignore[attr-defined]
    return DiscrepancyDetailSerializer(row).data
