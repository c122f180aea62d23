"""The catalogue as a file in the columns of a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import member_required
from imports.exporting import catalogue_lines, format_of
from imports.formats import FORMATS

if TYPE_CHECKING:
    from accounts.models import Organization


@require_GET
@member_required()
def export(request: HttpRequest) -> HttpResponse:
    """Choose in whose columns."""
    return render(request, "imports/export.html", {"formats": FORMATS})


@require_GET
@member_required()
def catalogue(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """The whole catalogue as CSV."""
    return catalogue_response(request.organization, key)  # type: ignore[attr-defined]


def catalogue_response(organization: Organization, key: str) -> StreamingHttpResponse:
    """The download both the page and the API give; 404 for a format that there is none of."""
    form = format_of(key)
    if form is None:
        raise Http404
    response = StreamingHttpResponse(
        catalogue_lines(organization=organization, form=form),
        content_type="text/csv; charset=utf-8",
    )
    name = f"products-{key}-{timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
