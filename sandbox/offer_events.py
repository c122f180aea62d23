"""The offer journal: the last 24 hours only."""

from __future__ import annotations

import binascii
from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.errors import invalid
from sandbox.journals import HOLD_SECONDS, offer_event, offer_event_number, release_held

operation = Operations()

TYPES = (
    "OFFER_ACTIVATED", "OFFER_CHANGED", "OFFER_ENDED", "OFFER_STOCK_CHANGED",
    "OFFER_PRICE_CHANGED", "OFFER_ARCHIVED", "OFFER_BID_PLACED", "OFFER_BID_CANCELED",
    "OFFER_TRANSLATION_UPDATED", "OFFER_VISIBILITY_CHANGED", "OFFER_DELIVERY_COUNTRIES_BLOCKED",
)  # fmt: skip


@operation("GET", "/sale/offer-events", "sale:offers:read", invalid_status=400)
def events(call: Call) -> Answer:
    journal = call.seller.offer_events
    release_held(journal, call.now, older_than=HOLD_SECONDS)
    journal.trim(call.now - call.world.settings.offerEventRetentionSeconds)
    limit = call.whole("limit", 100, 1, 1000)
    kinds = set(call.query.getlist("type"))
    for kind in kinds:
        if kind not in TYPES:
            raise invalid(400, f"Unknown type {kind}", "type")
    position = journal.after(_cursor(call))
    found: list[dict[str, Any]] = []
    for entry in journal.entries[position:]:
        if len(found) == limit:
            break
        if not kinds or entry.kind in kinds:
            found.append(offer_event(entry))
    return Answer(body={"offerEvents": found})


def _cursor(call: Call) -> int:
    text = call.query.get("from")
    if not text:
        return 0
    try:
        return offer_event_number(text)
    except (ValueError, binascii.Error):
        raise invalid(400, f"from is no event id: {text}", "from") from None
