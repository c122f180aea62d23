"""Billing entries, newest first."""

from __future__ import annotations

from sandbox.billing_book import TYPES
from sandbox.call import Answer, Call, Operations

operation = Operations()


@operation("GET", "/billing/billing-types", public=True)
def types(call: Call) -> Answer:
    return Answer(body=[{"id": key, "description": name} for key, name in TYPES.items()])


@operation("GET", "/billing/billing-entries", "billing:read")
def entries(call: Call) -> Answer:
    limit = call.whole("limit", 100, 1, 100)
    offset = call.whole("offset", 0, 0, 10_000)
    low, high = call.moment("occurredAt.gte"), call.moment("occurredAt.lte")
    kinds = set(call.query.getlist("type.id"))
    offer_id, order_id = call.query.get("offer.id"), call.query.get("order.id")
    found = [
        entry
        for entry in call.seller.billing
        if (low is None or entry["occurredAt"] >= low)
        and (high is None or entry["occurredAt"] <= high)
        and (not kinds or entry["type"]["id"] in kinds)
        and offer_id in (None, "", entry["offer"]["id"])
        and order_id in (None, "", entry["order"]["id"])
    ]
    found.sort(key=lambda entry: entry["occurredAt"], reverse=True)
    return Answer(body={"billingEntries": found[offset : offset + limit]})
