"""Order events as the journal tells them. Pure.

Ids are numbers in text and grow in the order of the journal; ``occurredAt`` does not (allegro-api#2700).
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

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def read_event(event: Mapping[str, Any]) -> JournalEvent:
    """Take an entry apart; nothing in it but the id is relied on."""
    order = event.get("order")
    form = order.get("checkoutForm") if isinstance(order, dict) else None
    raw = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return JournalEvent(
        event_id=str(event.get("id") or "")[:160],
        event_type=str(event.get("type") or "")[:80],
        checkout_form_id=str(form.get("id") or "")[:64] if isinstance(form, dict) else "",
        occurred_at=read_moment(event.get("occurredAt")),
        raw=raw.encode("utf-8", "replace"),
    )


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
