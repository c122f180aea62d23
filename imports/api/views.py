"""``/import``: upload a file, follow it, look at its preview, decide."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from core.paging import page_number
from imports import operations
from imports.api.serializers import (
    ERRORS_CSV,
    ColumnsSerializer,
    ConfirmSerializer,
    ImportJobSerializer,
    ImportStatusSerializer,
    PreviewSerializer,
    ReadingSerializer,
    UploadSerializer,
)
from imports.detect import Chosen
from imports.downloads import errors_response
from imports.enums import RowOutcome
from imports.models import ImportJob
from imports.queries import job_page, jobs_of


class JobAPIView(OrganizationAPIView):
    """A view of one import of the organization."""

    def job(self, pk: str) -> ImportJob:
        found: ImportJob = get_object_or_404(jobs_of(organization=self.organization), pk=pk)
        return found


class UploadView(OrganizationAPIView):
    """Take a file in."""

    @extend_schema(
        operation_id="import_upload",
        tags=["imports"],
        request={"multipart/form-data": UploadSerializer},
        responses={202: ImportJobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload a CSV file. It is read in the background; nothing changes before it is confirmed."""
        serializer = UploadSerializer(data=request.data, organization=self.organization)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        job = operations.upload(
            organization=self.organization,
            file=given["file"],
            file_name=given["file"].name or "",
            supplier=given.get("supplier"),
            stock_meaning=given["stock_meaning"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(ImportJobSerializer(job).data, status=202)


class JobsView(OrganizationAPIView):
    """The list of imports."""

    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="import_jobs_list",
        tags=["imports"],
        parameters=PAGING,
        responses=ImportJobSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Imports, newest first."""
        return PageLimitPagination.answer(
            request, jobs_of(organization=self.organization), ImportJobSerializer
        )


class JobView(JobAPIView):
    @extend_schema(operation_id="import_job_read", tags=["imports"], responses=ImportJobSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """One import with how its file was understood."""
        return Response(ImportJobSerializer(self.job(pk)).data)


class StatusView(JobAPIView):
    @extend_schema(
        operation_id="import_job_status", tags=["imports"], responses=ImportStatusSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """Where an import stands: stage, counts, rate."""
        return Response(ImportStatusSerializer(self.job(pk)).data)


class PreviewView(JobAPIView):
    @extend_schema(
        operation_id="import_job_preview",
        tags=["imports"],
        parameters=[
            OpenApiParameter("outcome", OpenApiTypes.STR, enum=RowOutcome.values),
            OpenApiParameter("page", OpenApiTypes.INT, description="Page of rows, from 1"),
        ],
        responses=PreviewSerializer,
    )
    def get(self, request: Request, pk: str) -> Response:
        """What confirming would do: counts, and rows of one outcome field by field."""
        page = request.query_params.get("page", "")
        shown = job_page(
            job=self.job(pk),
            outcome=request.query_params.get("outcome", ""),
            page=page_number(page),
        )
        return Response(
            PreviewSerializer(
                {
                    "job": shown["job"],
                    "changes_nothing": shown["changes_nothing"],
                    "outcome": shown["outcome"],
                    "rows": shown["rows"].items,
                }
            ).data
        )


class ConfirmView(JobAPIView):
    @extend_schema(
        operation_id="import_job_confirm",
        tags=["imports"],
        request=ConfirmSerializer,
        responses={202: ImportJobSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Apply the previewed file in the background."""
        serializer = ConfirmSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = operations.confirm(
            job=self.job(pk),
            actor=self.actor,
            now=timezone.now(),
            stock_meanings=_meanings(serializer.validated_data),
        )
        return Response(ImportJobSerializer(job).data, status=202)


class ReadingView(JobAPIView):
    @extend_schema(
        operation_id="import_job_read_again",
        tags=["imports"],
        request=ReadingSerializer,
        responses={202: ImportJobSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Read the file again with the encoding, delimiter or quote that you say."""
        serializer = ReadingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = operations.read_again(
            job=self.job(pk),
            chosen=Chosen(**serializer.validated_data),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(ImportJobSerializer(job).data, status=202)


class ColumnsView(JobAPIView):
    @extend_schema(
        operation_id="import_job_columns",
        tags=["imports"],
        request=ColumnsSerializer,
        responses={202: ImportJobSerializer},
    )
    def put(self, request: Request, pk: str) -> Response:
        """Say what the columns mean, for this file and others with the same header; it is read again."""
        job = self.job(pk)
        serializer = ColumnsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        meanings = serializer.meanings()
        who = {"actor": self.actor, "now": timezone.now()}
        if meanings:
            job = operations.choose_columns(job=job, meanings=meanings, **who)
        else:
            job = operations.forget_columns(job=job, **who)
        return Response(ImportJobSerializer(job).data, status=202)


class CancelView(JobAPIView):
    @extend_schema(
        operation_id="import_job_cancel",
        tags=["imports"],
        request=None,
        responses=ImportJobSerializer,
    )
    def post(self, request: Request, pk: str) -> Response:
        """Stop an import; what is applied already stays."""
        job = operations.cancel(job=self.job(pk), actor=self.actor, now=timezone.now())
        return Response(ImportJobSerializer(job).data)


class UndoView(JobAPIView):
    @extend_schema(
        operation_id="import_job_undo",
        tags=["imports"],
        request=None,
        responses={202: ImportJobSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Take the import back, as far as nothing has changed what it wrote since."""
        job = operations.undo(job=self.job(pk), actor=self.actor, now=timezone.now())
        return Response(ImportJobSerializer(job).data, status=202)


class RetryView(JobAPIView):
    @extend_schema(
        operation_id="import_job_retry",
        tags=["imports"],
        request=None,
        responses={202: ImportJobSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Run a failed step again, or read a refused file anew."""
        job = operations.retry(job=self.job(pk), actor=self.actor, now=timezone.now())
        return Response(ImportJobSerializer(job).data, status=202)


class ErrorsView(JobAPIView):
    @extend_schema(operation_id="import_job_errors", tags=["imports"], responses=ERRORS_CSV)
    def get(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The wrong rows as CSV in the file's own columns, with line and reason added."""
        return errors_response(self.job(pk))


def _meanings(given: dict[str, Any]) -> dict[str, str] | str | None:
    if given.get("stock_columns"):
        return {answer["kind"]: answer["meaning"] for answer in given["stock_columns"]}
    meaning: str | None = given.get("stock_meaning")
    return meaning
