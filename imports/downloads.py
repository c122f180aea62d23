"""Files people and programs download: wrong rows, and the catalogue in the columns of a shop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from imports.exporting import catalogue_lines, format_of
from imports.models import ImportJob
from imports.queries import error_lines

if TYPE_CHECKING:
    from accounts.models import Organization


def errors_response(job: ImportJob) -> StreamingHttpResponse:
    """The wrong rows in the layout of the uploaded file."""
    return _csv(error_lines(job=job), f"import-{job.pk}-errors.csv")


def catalogue_response(organization: Organization, key: str) -> StreamingHttpResponse:
    """The catalogue; 404 for a format that there is none of."""
    form = format_of(key)
    if form is None:
        raise Http404
    lines = catalogue_lines(organization=organization, form=form)
    return _csv(lines, f"products-{key}-{timezone.localdate():%Y-%m-%d}.csv")


def _csv(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
