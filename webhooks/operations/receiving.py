"""Receiving a signed event by HTTP: verified, stored, answered; all work is done later."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import connection

from core.enums import WorkState
from core.sealed import unseal
from webhooks.enums import EventSource
from webhooks.models import InboundEvent, WebhookEndpoint
from webhooks.operations.hints import hint_inbox
from webhooks.payloads import PostedEvent, read_posted

SCHEME = "v1="
# How far the sender's clock may be from ours.
TOLERANCE_SECONDS = 300
KEPT_HEADERS = (
    "Content-Type",
    "User-Agent",
    "X-Hub-Timestamp",
    "X-Hub-Event-Id",
    "X-Forwarded-For",
)

# Plain SQL: the ORM's way costs more than the rest of the request together.
STORE = """
    INSERT INTO webhooks_inboundevent
           (organization_id, source, event_id, event_type, raw, raw_sha256, headers,
            checkout_form_id, occurred_at, received_at, outcome,
            state, attempts, next_attempt_at, last_error, last_trace_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, 0, %s, '', '')
        ON CONFLICT (organization_id, source, event_id) WHERE integration_id IS NULL DO NOTHING
 RETURNING id
"""


class Receipt(Enum):
    """What became of a post."""

    STORED = "stored"
    KNOWN = "known"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    OTHER_BYTES = "other bytes"


@dataclass(frozen=True, slots=True)
class Received:
    receipt: Receipt
    event_id: str = ""
    why: str = ""


def receive(
    *, endpoint: WebhookEndpoint | None, headers: Mapping[str, str], body: bytes, now: datetime
) -> Received:
    """Verify a post and put it into the inbox.

    REFUSED when the endpoint is unknown or inactive, or signature or timestamp are missing, wrong or
    more than 300 seconds off: one answer for all of them. UNREADABLE when it is no JSON object or
    names no event id (in the body or in ``X-Hub-Event-Id``). The same id with the same bytes is
    KNOWN and stored once; with other bytes it is OTHER_BYTES and the first one stays.
    """
    if endpoint is None or not endpoint.active or not is_signed(endpoint, headers, body, now):
        return Received(Receipt.REFUSED)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Received(Receipt.UNREADABLE, why="json")
    if not isinstance(content, dict):
        return Received(Receipt.UNREADABLE, why="object")
    event = read_posted(content, header_id=headers.get("X-Hub-Event-Id", ""))
    if not event.event_id:
        return Received(Receipt.UNREADABLE, why="id")
    return _store(endpoint, event, headers, body, now)


def is_signed(
    endpoint: WebhookEndpoint, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether ``X-Hub-Signature`` is ours over ``X-Hub-Timestamp``, a dot and the raw body.

    Compared in constant time; while the secret is being changed over, the old one is good as well.
    """
    timestamp = headers.get("X-Hub-Timestamp", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    given = [
        part.strip().removeprefix(SCHEME).encode("utf-8", "replace")
        for part in headers.get("X-Hub-Signature", "").split(",")
        if part.strip().startswith(SCHEME)
    ]
    return any(
        hmac.compare_digest(signature(secret, timestamp, body).encode(), one)
        for secret in _secrets(endpoint, now)
        for one in given[:2]
    )


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The hex HMAC-SHA256 that a sender puts after ``v1=``."""
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    secrets = [unseal(endpoint, "secret")]
    until = endpoint.previous_valid_until
    if endpoint.previous_secret and until is not None and until > now:
        secrets.append(unseal(endpoint, "previous_secret"))
    return [secret for secret in secrets if secret]


def _store(
    endpoint: WebhookEndpoint,
    event: PostedEvent,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> Received:
    sha256 = hashlib.sha256(body).hexdigest()
    values: list[Any] = [
        endpoint.organization_id, EventSource.HTTP.value, event.event_id, event.event_type, body,
        sha256, json.dumps(_kept(headers)), event.checkout_form_id, event.occurred_at, now,
        WorkState.PENDING.value, now,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        if cursor.fetchone():
            hint_inbox()
            return Received(Receipt.STORED, event.event_id)
    known = InboundEvent.objects.filter(
        organization_id=endpoint.organization_id,
        integration=None,
        source=EventSource.HTTP,
        event_id=event.event_id,
    ).values_list("raw_sha256", flat=True)
    same = known.first() == sha256
    return Received(Receipt.KNOWN if same else Receipt.OTHER_BYTES, event.event_id)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name][:300] for name in KEPT_HEADERS if headers.get(name)}
