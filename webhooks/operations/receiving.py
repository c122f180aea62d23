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

from core.sealed import unseal
from core.signing import SCHEME, signature
from webhooks.enums import EventSource
from webhooks.models import InboundEvent, WebhookEndpoint
from webhooks.operations.hints import hint_inbox
from webhooks.payloads import read_posted

# How far the sender's clock may be from ours.
TOLERANCE_SECONDS = 300
KEPT_HEADERS = (
    "Content-Type",
    "User-Agent",
    "X-Hub-Timestamp",
    "X-Hub-Event-Id",
    "X-Forwarded-For",
)

# Plain SQL: the ORM's way costs more than the rest of the request together. It stores nothing for an
# endpoint that was closed, or given another secret, since the secret was looked up.
STORE = """
    INSERT INTO webhooks_inboundevent
           (organization_id, source, event_id, event_type, raw, raw_sha256, headers,
            checkout_form_id, occurred_at, received_at, outcome,
            state, attempts, next_attempt_at, last_error, last_trace_id)
    SELECT endpoint.organization_id, 'HTTP', %s::text, %s::text, %s::bytea, %s::text, %s::jsonb,
           %s::text, %s::timestamptz, %s::timestamptz, '', 'PENDING', 0, %s::timestamptz, '', ''
      FROM webhooks_webhookendpoint endpoint
     WHERE endpoint.id = %s AND endpoint.active AND endpoint.secret = %s::text
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


@dataclass(frozen=True, slots=True)
class Address:
    """An open endpoint with its secrets laid open: never logged, never stored.

    ``sealed`` is the secret as the database holds it, by which a change since is noticed.
    """

    endpoint_id: int
    organization_id: int
    sealed: str
    secret: str
    previous_secret: str
    previous_until: datetime | None

    def secrets(self, now: datetime) -> list[str]:
        """What verifies at this moment; while the secret is being changed over, the old one too."""
        old = self.previous_until is not None and self.previous_until > now
        return [one for one in (self.secret, self.previous_secret if old else "") if one]


def open_address(endpoint: WebhookEndpoint) -> Address:
    """Unseal an endpoint's secrets. Raises :class:`~core.crypto.CryptoError`."""
    return Address(
        endpoint_id=endpoint.pk,
        organization_id=endpoint.organization_id,
        sealed=endpoint.secret,
        secret=unseal(endpoint, "secret"),
        previous_secret=unseal(endpoint, "previous_secret") if endpoint.previous_secret else "",
        previous_until=endpoint.previous_valid_until,
    )


@dataclass(frozen=True, slots=True)
class Post:
    """A post that verified and can be read: the values :data:`STORE` takes."""

    event_id: str
    sha256: str
    values: list[Any]


def receive(
    *, endpoint: WebhookEndpoint | None, headers: Mapping[str, str], body: bytes, now: datetime
) -> Received:
    """Verify a post and put it into the inbox.

    REFUSED when the endpoint is unknown or inactive, or signature or timestamp are missing, wrong or
    more than 300 seconds off: one answer for all of them. UNREADABLE when it is no JSON object or
    names no event id (in the body or in ``X-Hub-Event-Id``). The same id with the same bytes is
    KNOWN and stored once; with other bytes it is OTHER_BYTES and the first one stays.
    """
    if endpoint is None or not endpoint.active:
        return Received(Receipt.REFUSED)
    address = open_address(endpoint)
    post = read_post(address, headers, body, now)
    if isinstance(post, Received):
        return post
    with connection.cursor() as cursor:
        cursor.execute(STORE, post.values)
        if cursor.fetchone():
            hint_inbox()
            return Received(Receipt.STORED, post.event_id)
    return _not_stored(address, post)


def read_post(
    address: Address, headers: Mapping[str, str], body: bytes, now: datetime
) -> Post | Received:
    """What of :func:`receive` needs no database: the row to store, or why there is none."""
    if not is_signed(address, headers, body, now):
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
    sha256 = hashlib.sha256(body).hexdigest()
    return Post(
        event.event_id,
        sha256,
        [
            event.event_id,
            event.event_type,
            body,
            sha256,
            json.dumps(_kept(headers)),
            event.checkout_form_id,
            event.occurred_at,
            now,
            now,
            address.endpoint_id,
            address.sealed,
        ],
    )


def is_signed(address: Address, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
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
        for secret in address.secrets(now)
        for one in given[:2]
    )


def _not_stored(address: Address, post: Post) -> Received:
    """Its id is known, or the endpoint was closed or changed since it was looked up."""
    known = InboundEvent.objects.filter(
        organization_id=address.organization_id,
        integration=None,
        source=EventSource.HTTP,
        event_id=post.event_id,
    ).values_list("raw_sha256", flat=True)
    sha256 = known.first()
    if sha256 is None:
        return Received(Receipt.REFUSED)
    same = sha256 == post.sha256
    return Received(Receipt.KNOWN if same else Receipt.OTHER_BYTES, post.event_id)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name][:300] for name in KEPT_HEADERS if headers.get(name)}
