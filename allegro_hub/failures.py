"""What a request gets that no view answered: a page, or a problem under ``/api/``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from core.api.problems import CONTENT_TYPE, problem

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: something in the address or the headers cannot be read."""
    if request.path.startswith(API):
        return _problem(400, "unreadable", _("This request could not be read"))
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404: no such address."""
    if request.path.startswith(API):
        return _problem(404, "not_found", _("Not found"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: our mistake; the correlation id leads to it in the log."""
    if request.path.startswith(API):
        return _problem(500, "error", _("This failed on our side"))
    return defaults.server_error(request)


def _problem(status: int, code: str, title: str) -> JsonResponse:
    body: dict[str, Any] = problem(status_code=status, code=code, title=title)
    body["correlationId"] = body.pop("correlation_id")
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
