"""``/sync/reconcile``: many discrepancies settled by a side, or told what that would write."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.errors import HubError
from syncs.api.discrepancy_serializers import ReconciledSerializer, ReconcileSerializer
from syncs.api.discrepancy_views import own_only, rows_of
from syncs.enums import Resolution
from syncs.models import Discrepancy
from syncs.operations import discrepancies as operations
from syncs.queries.choices import choice_of


class ReconcileView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_reconcile",
        tags=["sync"],
        request=ReconcileSerializer,
        responses=ReconciledSerializer,
    )
    def post(self, request: Request, user_id: str | None = None) -> Response:
        """Settle discrepancies by a side, or with ``dryRun`` tell what that would write."""
        own_only(self, user_id)
        serializer = ReconcileSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data
        asked = set(wanted["discrepancy_ids"])
        rows = list(rows_of(self).filter(public_id__in=asked).order_by("pk"))
        missing = [_missing(pk) for pk in sorted(asked - {one.public_id for one in rows})]
        if wanted["dry_run"]:
            return Response(_planned(rows, Resolution(wanted["resolution"]), missing))
        report = operations.resolve_many(
            discrepancies=rows,
            resolution=Resolution(wanted["resolution"]),
            actor=self.actor,
            now=timezone.now(),
            comment=wanted.get("comment", ""),
            until=wanted.get("until"),
        )
        done = set(report.done)
        return Response(
            {
                "dry_run": False,
                "resolved": [one.public_id for one in rows if one.pk in done],
                "planned": [],
                "refused": [*missing, *(_refused(one, error) for one, error in report.refused)],
            }
        )


def _planned(
    rows: list[Discrepancy], resolution: Resolution, missing: list[dict[str, Any]]
) -> dict[str, Any]:
    planned, refused = [], list(missing)
    for row in rows:
        if row.is_settled:
            refused.append(_refused(row, operations.AlreadySettled()))
            continue
        choice = choice_of(row, resolution)
        if choice.possible:
            planned.append({"id": row.public_id, "effects": list(choice.effects)})
        else:
            error = operations.NotPossible(choice.obstacle, remedy=choice.remedy)
            refused.append(_refused(row, error))
    return {"dry_run": True, "resolved": [], "planned": planned, "refused": refused}


def _refused(row: Discrepancy, error: HubError) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "code": error.code,
        "detail": error.detail,
        "remedy": error.remedy,
    }


def _missing(public_id: Any) -> dict[str, Any]:
    return {"id": public_id, "code": "not_found", "detail": "Not found", "remedy": ""}
