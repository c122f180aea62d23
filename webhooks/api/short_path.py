"""The signed endpoint before the framework: only what is stored is answered here.

Everything else - a wrong signature, a known id, a body that is too large, a method, a fault - goes on
to Django as if nobody had looked, so there is one place that refuses and one wording.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from core.correlation import new_correlation_id
from core.middleware import HEADER, acceptable
from webhooks.operations.direct import Direct
from webhooks.operations.receiving import KEPT_HEADERS, Post, read_post

log = structlog.get_logger("hub.request")
Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

_PATH = re.compile(r"^/api(?:/v1)?/webhooks/allegro(?:/([0-9A-Za-z]{1,32}))?/?$")
_READ = (*KEPT_HEADERS, "X-Hub-Endpoint", "X-Hub-Signature", HEADER)
_NAMES = {
    name: name.upper().replace("-", "_")
    if name == "Content-Type"
    else "HTTP_" + name.upper().replace("-", "_")
    for name in _READ
}


def stores_posts_first(application: Application, direct: Direct) -> Application:
    """Wrap a WSGI application: signed posts that can be stored are, the rest is the application's."""

    def short_path(wsgi_environ: Environ, start_response: Start) -> Iterable[bytes]:
        if wsgi_environ["REQUEST_METHOD"] == "POST":
            found = _PATH.match(wsgi_environ.get("PATH_INFO", ""))
            if found is not None and _belongs_here(
                wsgi_environ.get("HTTP_HOST", ""), wsgi_environ.get("HTTP_X_FORWARDED_PROTO", "")
            ):
                answer = _stored(direct, wsgi_environ, found[1] or "", start_response)
                if answer is not None:
                    return answer
        return application(wsgi_environ, start_response)

    return short_path


@lru_cache(maxsize=64)
def _belongs_here(host: str, scheme: str) -> bool:
    """Whether Django's own middleware would let a request to this host through."""
    if settings.SECURE_SSL_REDIRECT and scheme != "https":
        return False
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _stored(
    direct: Direct, wsgi_environ: Environ, public_id: str, start_response: Start
) -> list[bytes] | None:
    """Store the post and answer it; None leaves everything to Django, body included."""
    started = time.monotonic()
    length = wsgi_environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal() and int(length) <= settings.WEBHOOK_MAX_BODY):
        return None
    headers = {name: wsgi_environ[key] for name, key in _NAMES.items() if key in wsgi_environ}
    body = wsgi_environ["wsgi.input"].read(int(length))
    wsgi_environ["wsgi.input"] = io.BytesIO(body)
    wanted = public_id or headers.get("X-Hub-Endpoint", "")
    try:
        event_id = _event_stored(direct, wanted, headers, body) if wanted else ""
    except Exception as error:  # noqa: BLE001 -- Django meets the same fault and has words for it
        log.warning("post not stored directly", error_type=type(error).__name__)
        direct.forget(wanted)
        return None
    if not event_id:
        return None
    correlation_id = acceptable(headers.get(HEADER, "")) or new_correlation_id()
    log.info(
        "request",
        method="POST",
        route="webhooks/allegro",
        status=202,
        ms=round((time.monotonic() - started) * 1000),
        correlation_id=correlation_id,
    )
    content = json.dumps({"status": "accepted", "eventId": event_id}).encode()
    start_response(
        "202 Accepted",
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("X-Content-Type-Options", "nosniff"),
            (HEADER, correlation_id),
        ],
    )
    return [content]


def _event_stored(direct: Direct, wanted: str, headers: dict[str, str], body: bytes) -> str:
    address = direct.address(wanted)
    if address is None:
        return ""
    post = read_post(address, headers, body, timezone.now())
    if not isinstance(post, Post):
        return ""
    if not direct.store(post.values):
        direct.forget(wanted)
        return ""
    return post.event_id
