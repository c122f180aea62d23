"""``/sync``: starting runs, and looking at them. ``/allegro/offers/import``: the pull of offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from settings_app.models import Integration
from syncs import operations, queries
from syncs.api.serializers import (
    BackfillSerializer,
    JobItemSerializer,
    JobSerializer,
    JobsSerializer,
    LatestImportSerializer,
    StartSerializer,
    SyncStartSerializer,
)
from syncs.enums import ItemOutcome, SyncKind, SyncTrigger

ALL_KINDS = (*operations.PULLS, SyncKind.CHECK)
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=SyncKind.values)
ACCOUNT = OpenApiParameter("integrationId", OpenApiTypes.INT, description="One account")


class JobsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_jobs_list",
        tags=["sync"],
        parameters=[*PAGING, KIND, ACCOUNT],
        responses=JobSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Runs of every account, newest first."""
        return _page(self, request, account=request.query_params.get("integrationId", ""))


class JobView(OrganizationAPIView):
    @extend_schema(operation_id="sync_jobs_read", tags=["sync"], responses=JobSerializer)
    def get(self, request: Request, job_id: str) -> Response:
        """One run."""
        run = get_object_or_404(queries.runs_of(organization=self.organization), pk=job_id)
        return Response(JobSerializer(run).data)


class JobItemsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_jobs_items",
        tags=["sync"],
        parameters=[
            *PAGING,
            OpenApiParameter("outcome", OpenApiTypes.STR, enum=ItemOutcome.values),
        ],
        responses=JobItemSerializer(many=True),
    )
    def get(self, request: Request, job_id: str) -> Response:
        """What a run created, changed, skipped or failed at, with the reason of each."""
        run = get_object_or_404(queries.runs_of(organization=self.organization), pk=job_id)
        items = queries.items_of(run=run, outcome=request.query_params.get("outcome", ""))
        return PageLimitPagination.answer(request, items, JobItemSerializer)


class HistoryView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_history",
        tags=["sync"],
        parameters=[*PAGING, KIND],
        responses=JobSerializer(many=True),
    )
    def get(self, request: Request, integration_id: str) -> Response:
        """The runs of one account, newest first."""
        account = account_of(self, integration_id)
        return _page(self, request, account=str(account.pk))


class StartView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_start",
        tags=["sync"],
        request=SyncStartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Read offers and orders of one account, or of all that work, and compare both sides."""
        serializer = SyncStartSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data
        kinds = [SyncKind(one) for one in wanted.get("kinds", ALL_KINDS)]
        return _started(self, accounts_of(self, wanted), kinds)


class ManualView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_manual", tags=["sync"], request=None, responses={202: JobsSerializer}
    )
    def post(self, request: Request, integration_id: str) -> Response:
        """Read offers and orders of this account now."""
        return _started(self, [account_of(self, integration_id)], operations.PULLS)


class BackfillView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_orders_backfill",
        tags=["sync"],
        request=BackfillSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Read the orders bought on chosen days, of one account or of all that work."""
        wanted = BackfillSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        runs = operations.start_backfill(
            integrations=accounts_of(self, wanted.validated_data),
            first_day=wanted.validated_data["from"],
            last_day=wanted.validated_data["to"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"jobs": JobSerializer(runs, many=True).data}, status=202)


class OfferImportView(OrganizationAPIView):
    @extend_schema(
        operation_id="offers_import_latest",
        tags=["offers"],
        parameters=[ACCOUNT],
        responses=LatestImportSerializer,
    )
    def get(self, request: Request) -> Response:
        """How the newest import of offers is going. Reading starts nothing; POST does."""
        run = queries.latest_run(
            organization=self.organization,
            kind=SyncKind.PULL_OFFERS,
            account=request.query_params.get("integrationId", ""),
        )
        hint = _("POST to this address starts an import; GET shows the newest one.")
        return Response({"job": JobSerializer(run).data if run else None, "hint": hint})

    @extend_schema(
        operation_id="offers_import",
        tags=["offers"],
        request=StartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Import all offers of one account, or of all that work."""
        return _start(self, request, kinds=[SyncKind.PULL_OFFERS])


def _page(view: OrganizationAPIView, request: Request, *, account: str) -> Response:
    kind = request.query_params.get("kind", "")
    runs = queries.runs_of(organization=view.organization, kind=kind, account=account)
    return PageLimitPagination.answer(request, runs, JobSerializer)


def _start(view: OrganizationAPIView, request: Request, *, kinds: Sequence[SyncKind]) -> Response:
    serializer = StartSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return _started(view, accounts_of(view, serializer.validated_data), kinds)


def accounts_of(view: OrganizationAPIView, wanted: Mapping[str, Any]) -> Sequence[Integration]:
    """The account that is named, or all that work."""
    if "integration_id" in wanted:
        return [account_of(view, wanted["integration_id"])]
    return queries.working_accounts(organization=view.organization)


def _started(
    view: OrganizationAPIView, accounts: Sequence[Integration], kinds: Sequence[SyncKind]
) -> Response:
    runs = operations.start_pulls(
        integrations=accounts,
        kinds=kinds,
        trigger=SyncTrigger.PERSON,
        actor=view.actor,
        now=timezone.now(),
    )
    return Response({"jobs": JobSerializer(runs, many=True).data}, status=202)


def account_of(view: OrganizationAPIView, integration_id: str | int) -> Integration:
    """The organization's account, or 404 as if it did not exist."""
    return get_object_or_404(
        Integration.objects.for_organization(view.organization), pk=integration_id
    )
