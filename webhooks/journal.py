"""Events as Allegro's journals tell them. Pure.

Ids of order events are numbers in text and grow in the order of the journal; ``occurredAt`` does not
(allegro-api#2700). Ids of offer events are base64 and ids of returns are random: neither can be compared,
so their cursor is simply the last one of a page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.timestamps import read_moment


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One entry, as far as the inbox needs it; ``raw`` is all of it."""

    event_id: str
    event_type: str
    checkout_form_id: str
    occurred_at: datetime | None
    raw: bytes
    subject_id: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def read_event(event: Mapping[str, Any]) -> JournalEvent:
    """Take an entry apart; nothing in it but the id is relied on."""
    order = event.get("order")
    form = order.get("checkoutForm") if isinstance(order, dict) else None
    return JournalEvent(
        event_id=_text(event.get("id"), 160),
        event_type=_text(event.get("type"), 80),
        checkout_form_id=_text(form.get("id"), 64) if isinstance(form, dict) else "",
        occurred_at=read_moment(event.get("occurredAt")),
        raw=_bytes(event),
    )


def read_offer_event(event: Mapping[str, Any]) -> JournalEvent:
    """The same for an entry of the offer journal."""
    offer = event.get("offer")
    return JournalEvent(
        event_id=_text(event.get("id"), 160),
        event_type=_text(event.get("type"), 80),
        checkout_form_id="",
        occurred_at=read_moment(event.get("occurredAt")),
        raw=_bytes(event),
        subject_id=_text(offer.get("id"), 64) if isinstance(offer, dict) else "",
    )


def read_return(found: Mapping[str, Any]) -> JournalEvent:
    """A customer return as an event. Its id stays while its state changes, so the content is part of ours."""
    raw = _bytes(found)
    return_id = _text(found.get("id"), 64)
    return JournalEvent(
        event_id=f"{return_id}:{hashlib.sha256(raw).hexdigest()[:16]}" if return_id else "",
        event_type=_text(found.get("status"), 80),
        checkout_form_id=_text(found.get("orderId"), 64),
        occurred_at=read_moment(found.get("createdAt")),
        raw=raw,
        subject_id=return_id,
    )


def newest_per_subject(events: Sequence[JournalEvent]) -> list[JournalEvent]:
    """Of several events about one offer only the last, in the order of the journal: one read answers all.

    An event that names no offer is kept.
    """
    last = {event.subject_id or event.event_id: event for event in events}
    return [event for event in events if last[event.subject_id or event.event_id] is event]


def _text(value: object, limit: int) -> str:
    """As PostgreSQL can keep it: without NUL and halves of surrogates."""
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:limit]


def _bytes(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def next_cursor(cursor: str, events: Sequence[JournalEvent]) -> str:
    """Where to read on: the highest id read, never before ``cursor``."""
    return max([cursor, *(event.event_id for event in events)], key=rank)


def disorder(cursor: str, events: Sequence[JournalEvent]) -> str:
    """The first id that does not grow, or an empty text. A misspelt or ignored cursor shows so."""
    last = rank(cursor)
    for event in events:
        if rank(event.event_id) <= last:
            return event.event_id
        last = rank(event.event_id)
    return ""


def rank(event_id: str) -> tuple[int, int, str]:
    """What ids are compared by: as numbers where they are, any other text after all numbers."""
    if event_id.isdecimal():
        return (0, int(event_id), "")
    return (1, 0, event_id) if event_id else (0, -1, "")
