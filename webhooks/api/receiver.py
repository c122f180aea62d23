"""The signed endpoint as a bare view: the fewest steps between a sender and a stored row."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.problems import CONTENT_TYPE, problem
from webhooks.operations.receiving import Receipt, Received, receive
from webhooks.queries import endpoint_by_public_id


def receive_post(request: HttpRequest, public_id: str = "") -> JsonResponse:
    """Answer a post to the inbox; reads at most one byte more than is allowed."""
    if request.method != "POST":
        response = _problem(405, "method_not_allowed", _("Only POST is answered here"))
        response.headers["Allow"] = "POST"
        return response
    limit = settings.WEBHOOK_MAX_BODY
    body = b"" if _declared(request) > limit else request.read(limit + 1)
    if _declared(request) > limit or len(body) > limit:
        return _problem(
            413,
            "too_large",
            _("The body is too large"),
            detail=_("At most %(limit)d bytes are read.") % {"limit": limit},
        )
    wanted = public_id or request.headers.get("X-Hub-Endpoint", "")
    endpoint = endpoint_by_public_id(public_id=wanted) if wanted else None
    return _answer(
        receive(endpoint=endpoint, headers=request.headers, body=body, now=timezone.now())
    )


def _declared(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if str(text).isdecimal() else 0


def _answer(received: Received) -> JsonResponse:
    if received.receipt in (Receipt.STORED, Receipt.KNOWN):
        status = "accepted" if received.receipt is Receipt.STORED else "known"
        return JsonResponse({"status": status, "eventId": received.event_id}, status=202)
    if received.receipt is Receipt.REFUSED:
        return _problem(
            401,
            "not_verified",
            _("The signature was not accepted"),
            remedy=_(
                "Sign timestamp, a dot and the raw body with the endpoint's secret, within 5 minutes."
            ),
        )
    if received.receipt is Receipt.OTHER_BYTES:
        return _problem(
            409,
            "other_bytes",
            _("This event id was received with other content"),
            remedy=_("Use a new id for a new event."),
        )
    return _problem(400, "unreadable", _UNREADABLE[received.why]())


_UNREADABLE: dict[str, Any] = {
    "json": lambda: _("The body is not JSON"),
    "object": lambda: _("The body is not a JSON object"),
    "id": lambda: _("The event has no id: give `id`, `eventId` or X-Hub-Event-Id"),
}


def _problem(
    status: int, code: str, title: str, *, detail: str = "", remedy: str = ""
) -> JsonResponse:
    body = problem(status_code=status, code=code, title=title, detail=detail, remedy=remedy)
    body["correlationId"] = body.pop("correlation_id")
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
