"""``Idempotency-Key`` on POST: the same key and body get the same answer, and the work is done once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import HubError, StateConflict
from core.models import RememberedAnswer

HEADER = "Idempotency-Key"
# No request runs longer; a claim older than this was left by a server that was killed.
LONGEST_REQUEST = timedelta(minutes=5)


class KeyReused(HubError):
    """The key was used before with another request."""

    status = 422
    code = "idempotency_key_reused"
    title = _("This Idempotency-Key belongs to another request")


class IdempotentPostMixin:
    """For API views of an organization: remembers the answer of a POST that carries a key.

    A failed attempt (4xx, 5xx) is forgotten, so it can be tried again with the same key.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        self._remembered: RememberedAnswer | None = None
        key = request.headers.get(HEADER, "")
        if request.method == "POST" and key and getattr(request, "organization", None):
            self._remembered = _claim(request, key)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        remembered = getattr(self, "_remembered", None)
        if remembered is not None:
            _settle(remembered, final)
        return final

    def handle_exception(self, error: Exception) -> Any:
        if isinstance(error, AnsweredBefore):
            return Response(error.answer, status=error.status_before)
        try:
            return super().handle_exception(error)  # type: ignore[misc]
        except Exception:
            # Nobody foresaw this error, so no answer is made of it here.
            if (remembered := getattr(self, "_remembered", None)) is not None:
                remembered.delete()
            raise


class AnsweredBefore(Exception):
    def __init__(self, remembered: RememberedAnswer) -> None:
        super().__init__()
        self.answer, self.status_before = remembered.answer, remembered.status


def _claim(request: Request, key: str) -> RememberedAnswer:
    organization = request.organization  # type: ignore[attr-defined]
    fingerprint = _fingerprint(request)
    place = f"POST {request.path}"[:300]
    try:
        with transaction.atomic():
            return RememberedAnswer.objects.create(
                organization=organization, key=key[:200], method_path=place, body_sha256=fingerprint
            )
    except IntegrityError:
        pass
    before = RememberedAnswer.objects.get(organization=organization, key=key[:200])
    if before.method_path != place or before.body_sha256 != fingerprint:
        raise KeyReused(remedy=_("Use a new key for a new request."))
    if before.status is None:
        if _taken_over(before):
            return before
        raise StateConflict(
            _("The first request with this key is still being worked on."),
            remedy=_("Repeat the request in a few seconds."),
        )
    raise AnsweredBefore(before)


def _taken_over(before: RememberedAnswer) -> bool:
    """Whether the first request is so old that its server must be gone; only one caller hears yes."""
    now = timezone.now()
    return bool(
        RememberedAnswer.objects.filter(
            pk=before.pk, status=None, created_at__lt=now - LONGEST_REQUEST
        ).update(created_at=now)
    )


def _fingerprint(request: Request) -> str:
    """SHA-256 of what was sent; of a form its values and the contents of its files."""
    if not request.content_type.startswith("multipart/"):
        return hashlib.sha256(request.body).hexdigest()
    sha = hashlib.sha256()
    for name, values in sorted(request._request.POST.lists()):
        sha.update(json.dumps([name, values]).encode())
    for name, files in sorted(request._request.FILES.lists()):
        for file in files:
            sha.update(json.dumps([name, getattr(file, "name", "")]).encode())
            for chunk in file.chunks():
                sha.update(chunk)
            file.seek(0)
    return sha.hexdigest()


def _settle(remembered: RememberedAnswer, response: Response) -> None:
    if response.status_code >= 400:
        remembered.delete()
        return
    remembered.status = response.status_code
    remembered.answer = json.loads(
        JSONRenderer().render(getattr(response, "data", None)) or b"null"
    )
    remembered.save(update_fields=["status", "answer"])
