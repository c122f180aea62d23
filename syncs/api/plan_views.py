"""``/sync/db-to-allegro`` and its siblings: runs that plan; ``/sync/jobs/{id}/plan`` and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from products.models import Product
from syncs import queries
from syncs.api.plan_serializers import (
    DecidedSerializer,
    PlanLineSerializer,
    PlanStartSerializer,
    ProductStartSerializer,
)
from syncs.api.serializers import JobSerializer, JobsSerializer
from syncs.api.views import accounts_of
from syncs.enums import ChangeState, PlanAction, SyncKind, SyncMode
from syncs.forms import plan_filter
from syncs.models import SyncRun
from syncs.operations import plans as operations
from syncs.operations.starting_plans import bring_from_allegro, start_plans, start_product
from syncs.queries.plan_pages import lines_matching


class _DirectionView(OrganizationAPIView):
    kind: SyncKind

    def _start(self, request: Request) -> Response:
        given = PlanStartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        runs = start_plans(
            integrations=accounts_of(self, given.validated_data),
            kind=self.kind,
            mode=SyncMode(given.validated_data["mode"]),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"jobs": JobSerializer(runs, many=True).data}, status=202)


class DbToAllegroView(_DirectionView):
    kind = SyncKind.PUSH

    @extend_schema(
        operation_id="sync_db_to_allegro",
        tags=["sync"],
        request=PlanStartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Write what changed here to Allegro, or show it (DRY_RUN). Open runs are not doubled."""
        return self._start(request)


class AllegroToDbView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_allegro_to_db",
        tags=["sync"],
        request=PlanStartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take over what changed at Allegro, and read its orders. Open runs are not doubled."""
        given = PlanStartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        runs = bring_from_allegro(
            integrations=accounts_of(self, given.validated_data),
            mode=SyncMode(given.validated_data["mode"]),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"jobs": JobSerializer(runs, many=True).data}, status=202)


class BidirectionalView(_DirectionView):
    kind = SyncKind.BOTH

    @extend_schema(
        operation_id="sync_bidirectional",
        tags=["sync"],
        request=PlanStartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request) -> Response:
        """Bring both sides in step: what changed here goes to Allegro, what changed there comes here."""
        return self._start(request)


class ProductSyncView(OrganizationAPIView):
    @extend_schema(
        operation_id="sync_product",
        tags=["sync"],
        request=ProductStartSerializer,
        responses={202: JobsSerializer},
    )
    def post(self, request: Request, product_id: str) -> Response:
        """Bring the offers of one product in step, in one account or in all that sell it."""
        product = get_object_or_404(
            Product.objects.for_organization(self.organization), pk=product_id
        )
        given = ProductStartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        runs = start_product(
            product=product,
            integrations=accounts_of(self, given.validated_data),
            kind=SyncKind(given.validated_data["direction"]),
            mode=SyncMode(given.validated_data["mode"]),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response({"jobs": JobSerializer(runs, many=True).data}, status=202)


class _JobView(OrganizationAPIView):
    def _run(self, job_id: str) -> SyncRun:
        return get_object_or_404(queries.runs_of(organization=self.organization), pk=job_id)

    def _step(self, job_id: str, act: Callable[..., Any]) -> Any:
        return act(run=self._run(job_id), actor=self.actor, now=timezone.now())


class PlanView(_JobView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="sync_jobs_plan",
        tags=["sync"],
        parameters=[
            *PAGING,
            OpenApiParameter("action", OpenApiTypes.STR, enum=PlanAction.values),
            OpenApiParameter("state", OpenApiTypes.STR, enum=ChangeState.values),
            OpenApiParameter("field", OpenApiTypes.STR, description="PRICE, PRICE@allegro-cz, …"),
            OpenApiParameter("reason", OpenApiTypes.STR),
        ],
        responses=PlanLineSerializer(many=True),
    )
    def get(self, request: Request, job_id: str) -> Response:
        """What the run would write or wrote, field by field, each with its reason and remedy."""
        lines = lines_matching(self._run(job_id), plan_filter(request.query_params))
        return PageLimitPagination.answer(request, lines, PlanLineSerializer)


class ApplyView(_JobView):
    @extend_schema(
        operation_id="sync_jobs_apply", tags=["sync"], request=None, responses={202: JobSerializer}
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Carry out a plan that was only shown; where a value moved since, nothing is written."""
        run = self._step(job_id, operations.apply_plan)
        return Response(JobSerializer(run).data, status=202)


class UndoJobView(_JobView):
    @extend_schema(
        operation_id="sync_jobs_undo", tags=["sync"], request=None, responses={202: JobSerializer}
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Make the plan that writes the former values back; carry it out with its own ``apply``."""
        run = self._step(job_id, operations.undo_run)
        return Response(JobSerializer(run).data, status=202)


class RetryFailedView(_JobView):
    @extend_schema(
        operation_id="sync_jobs_retry_failed",
        tags=["sync"],
        request=None,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Try again what failed or changed meanwhile in this run, and nothing else."""
        run = self._step(job_id, operations.retry_failed)
        return Response(JobSerializer(run).data, status=202)


class ReleaseView(_JobView):
    @extend_schema(
        operation_id="sync_jobs_release", tags=["sync"], request=None, responses=DecidedSerializer
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Let go what the brakes of the run hold."""
        return Response({"changes": self._step(job_id, operations.release_brakes)})


class DropView(_JobView):
    @extend_schema(
        operation_id="sync_jobs_drop", tags=["sync"], request=None, responses=DecidedSerializer
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Give up what the brakes of the run hold; nothing of it is written."""
        return Response({"changes": self._step(job_id, operations.drop_brakes)})
