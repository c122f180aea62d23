"""The catalogue as a file in the columns of a shop."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import member_required
from imports.downloads import catalogue_response
from imports.formats import FORMATS


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
