"""What posted events look like. Pure.

``{type | eventType, payload: {order: {id, …}} | {offer: {id, …}}}`` with an ``id`` or ``eventId``; events
of Allegro's own journal, handed on by a relay, are read too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.timestamps import read_moment
from webhooks.enums import EventSource
from webhooks.models import InboundEvent

# Types that make us read an order again; every other type is stored and marked.
ORDER_TYPES = frozenset(
    {
        "order.created",
        "order.updated",
        "BOUGHT",
        "FILLED_IN",
        "READY_FOR_PROCESSING",
        "BUYER_CANCELLED",
        "AUTO_CANCELLED",
        "FULFILLMENT_STATUS_CHANGED",
        "BUYER_MODIFIED",
    }
)


@dataclass(frozen=True, slots=True)
class PostedEvent:
    event_id: str
    event_type: str
    checkout_form_id: str
    occurred_at: datetime | None


def read_posted(body: Mapping[str, Any], *, header_id: str = "") -> PostedEvent:
    """Take a posted event apart; ``event_id`` is empty when neither body nor header names one."""
    payload = body.get("payload")
    order = _mapping(payload).get("order") or body.get("order")
    form = _mapping(order).get("checkoutForm")
    form_id = _mapping(form).get("id") or _mapping(order).get("id")
    return PostedEvent(
        event_id=_text(header_id or body.get("id") or body.get("eventId"))[:160],
        event_type=_text(body.get("type") or body.get("eventType"))[:80],
        checkout_form_id=_text(form_id)[:64],
        occurred_at=read_moment(body.get("occurredAt") or body.get("timestamp")),
    )


def reads_an_order(event: InboundEvent) -> bool:
    """Whether the event makes us read its order. The journal's events always do, whatever their type."""
    return event.source == EventSource.ORDER_JOURNAL or event.event_type in ORDER_TYPES


def line_items_of(event: InboundEvent) -> set[str]:
    """The line item ids an event names."""
    try:
        body = _mapping(json.loads(bytes(event.raw)))
    except ValueError:
        return set()
    order = _mapping(body.get("order") or _mapping(body.get("payload")).get("order"))
    items = order.get("lineItems")
    if not isinstance(items, list):
        return set()
    return {_text(_mapping(item).get("id")) for item in items} - {""}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """Text or a whole number as text PostgreSQL can keep: without NUL and halves of surrogates."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()
