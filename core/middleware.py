"""Request middleware without business words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from core.correlation import correlated

log = structlog.get_logger("hub.request")
HEADER = "X-Correlation-Id"
_ACCEPTABLE = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_NUL = "%00"
_QUIET = ("/health", "/metrics", "/static/")


def acceptable(correlation_id: str) -> str:
    """The caller's correlation id when it is sane, else an empty text."""
    return correlation_id if _ACCEPTABLE.match(correlation_id) else ""


class RefuseNulMiddleware:
    """Answer 400 to a NUL in the address: no text of ours has one, and PostgreSQL refuses it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or _NUL in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class CorrelationMiddleware:
    """Give every request a correlation id (the caller's, when it is sane), log it, answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get(HEADER, "")
        with correlated(acceptable(offered)) as correlation_id:
            started = time.monotonic()
            response = self.get_response(request)
            response.headers[HEADER] = correlation_id
            if not request.path.startswith(_QUIET):
                # The path alone: a query string can hold a code, a state or a buyer's name.
                log.info(
                    "request",
                    method=request.method,
                    route=getattr(request.resolver_match, "route", ""),
                    status=response.status_code,
                    ms=round((time.monotonic() - started) * 1000),
                )
            return response
