"""One shape for every refusal of the API: RFC 9457 ``application/problem+json``."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.correlation import current_correlation_id
from core.errors import HubError

log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"


def problem(
    *,
    status_code: int,
    code: str,
    title: str,
    detail: str = "",
    remedy: str = "",
    errors: Any = None,
) -> dict[str, Any]:
    """The body of a refusal; ``errors`` maps a field to what is wrong with it."""
    body = {
        "type": f"urn:allegro-hub:problem:{code}",
        "title": title,
        "status": status_code,
        "code": code,
        "detail": detail or title,
        "correlation_id": current_correlation_id(),
    }
    if remedy:
        body["remedy"] = remedy
    if errors:
        body["errors"] = errors
    return body


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: our errors, DRF's and Django's in one shape; others stay 500."""
    if isinstance(error, HubError):
        body = problem(
            status_code=error.status,
            code=error.code,
            title=str(error.title),
            detail=error.detail,
            remedy=error.remedy,
            errors=error.fields,
        )
        return Response(body, status=error.status, content_type=CONTENT_TYPE)
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = _from_framework(error, response)
    response.content_type = CONTENT_TYPE
    return response


def _from_framework(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return problem(
            status_code=response.status_code,
            code="invalid",
            title=_("The request has invalid values"),
            errors=response.data,
        )
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(status_code=404, code="not_found", title=_("Not found"))
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problem(
            status_code=response.status_code,
            code="forbidden",
            title=_("Your role does not allow this"),
            detail=str(getattr(error, "detail", "")),
        )
    detail = error.detail if isinstance(error, exceptions.APIException) else str(error)
    code = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return problem(
        status_code=response.status_code,
        code=code if isinstance(code, str) else "error",
        title=str(detail) if isinstance(detail, str) else _("The request was refused"),
        detail=str(detail),
    )
