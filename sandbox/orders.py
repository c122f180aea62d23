"""The order journal and the checkout forms."""

from __future__ import annotations

import re
from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.errors import ApiError, invalid
from sandbox.journals import HOLD_SECONDS, order_event, release_held, write_order_event
from sandbox.state.clock import iso
from sandbox.state.journals import Entry

operation = Operations()
Form = dict[str, Any]

FULFILMENT = (
    "NEW", "PROCESSING", "READY_FOR_SHIPMENT", "READY_FOR_PICKUP", "SENT", "PICKED_UP",
    "CANCELLED", "SUSPENDED", "RETURNED",
)  # fmt: skip
_UUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
# A seller may page over this many forms and no more (allegro-api #4027).
DEEPEST = 10_000


@operation("GET", "/order/events", "orders:read")
def events(call: Call) -> Answer:
    """Events after ``from``, oldest first. Unknown query names are ignored, as on Allegro."""
    journal = call.seller.order_events
    release_held(journal, call.now, older_than=HOLD_SECONDS)
    journal.trim(call.now - call.world.settings.orderEventRetentionSeconds)
    limit = call.whole("limit", 100, 1, 1000)
    kinds = set(call.query.getlist("type"))
    position = journal.after(_cursor(call))
    found: list[Entry] = []
    for entry in journal.entries[position:]:
        # What is not visible yet hides all that follows, so that no cursor skips it.
        if entry.visible_at > call.now or len(found) == limit:
            break
        if not kinds or entry.kind in kinds:
            found.append(entry)
    return Answer(body={"events": [order_event(entry) for entry in found]})


def _cursor(call: Call) -> int:
    text = call.query.get("from")
    if not text:
        return 0
    if not text.isdigit():
        raise invalid(422, f"from is no event id: {text}", "from")
    return int(text)


@operation("GET", "/order/event-stats", "orders:read")
def event_stats(call: Call) -> Answer:
    seen = [e for e in call.seller.order_events.entries[-50:] if e.visible_at <= call.now]
    if not seen:
        return Answer(body={"latestEvent": None})
    latest = {"id": str(seen[-1].number), "occurredAt": iso(seen[-1].occurred_at)}
    return Answer(body={"latestEvent": latest})


# --- checkout forms

_SORTS = ("lineItems.boughtAt", "-lineItems.boughtAt", "updatedAt", "-updatedAt")


@operation("GET", "/order/checkout-forms", "orders:read")
def search(call: Call) -> Answer:
    limit = call.whole("limit", 100, 1, 100)
    offset = call.whole("offset", 0, 0, DEEPEST)
    if offset + limit > DEEPEST:
        raise invalid(422, f"offset + limit must not exceed {DEEPEST}", "offset")
    found = _find(call)
    page = found[offset : offset + limit]
    return Answer(body={"checkoutForms": page, "count": len(page), "totalCount": len(found)})


def _find(call: Call) -> list[Form]:
    shelf = call.seller.forms
    sort = call.choice("sort", _SORTS) or "-lineItems.boughtAt"
    bounds = {
        by: (call.moment(f"{by}.gte"), call.moment(f"{by}.lte"))
        for by in ("lineItems.boughtAt", "updatedAt")
    }
    by = sort.lstrip("-")
    other = "updatedAt" if by == "lineItems.boughtAt" else "lineItems.boughtAt"
    pairs = shelf.ordered(by, *bounds[by])
    if any(bounds[other]):
        within = {form_id for _, form_id in shelf.ordered(other, *bounds[other])}
        pairs = [pair for pair in pairs if pair[1] in within]
    if sort.startswith("-"):
        pairs = pairs[::-1]
    forms = [shelf.by_id[form_id] for _, form_id in pairs]
    wanted = {name: call.query[name] for name in _READERS if call.query.get(name)}
    if not wanted:
        return forms
    return [
        form
        for form in forms
        if all(value in _READERS[name](form) for name, value in wanted.items())
    ]


def _inside(*path: str) -> Any:
    def read(form: Form) -> tuple[Any, ...]:
        value: Any = form
        for step in path:
            value = (value or {}).get(step)
        return (value,)

    return read


_READERS: dict[str, Any] = {
    "status": _inside("status"),
    "fulfillment.status": _inside("fulfillment", "status"),
    "fulfillment.provider.id": _inside("fulfillment", "provider", "id"),
    "fulfillment.shipmentSummary.lineItemsSent": _inside(
        "fulfillment", "shipmentSummary", "lineItemsSent"
    ),
    "payment.id": _inside("payment", "id"),
    "delivery.method.id": _inside("delivery", "method", "id"),
    "buyer.login": _inside("buyer", "login"),
    "marketplace.id": _inside("marketplace", "id"),
    "surcharges.id": lambda form: tuple(item["id"] for item in form["surcharges"]),
}


@operation("GET", "/order/checkout-forms/{id}", "orders:read")
def one(call: Call) -> Answer:
    form_id = call.params["id"]
    if not _UUID.match(form_id):
        raise invalid(422, f"{form_id} is no UUID", "id")
    return Answer(body=call.form(form_id.lower()))


@operation("PUT", "/order/checkout-forms/{id}/fulfillment", "orders:write")
def fulfil(call: Call) -> Answer:
    """Move the seller's own status. Neither ``updatedAt`` nor the revision moves (#11068)."""
    form = call.form(call.params["id"])
    check_revision(call, form)
    status = call.body.get("status")
    sent = (call.body.get("shipmentSummary") or {}).get("lineItemsSent")
    if status is not None and (status not in FULFILMENT or status == "RETURNED"):
        raise invalid(422, f"Status {status} is not accepted", "status")
    if sent is not None and sent not in ("NONE", "SOME", "ALL"):
        raise invalid(422, f"lineItemsSent {sent} is not known", "shipmentSummary.lineItemsSent")
    if status is None and sent is None:
        raise invalid(422, "status or shipmentSummary is required", "status")
    if sent is not None:
        form["fulfillment"]["shipmentSummary"]["lineItemsSent"] = sent
    if status is not None:
        set_fulfilment(call, form, status)
    return Answer(204)


def check_revision(call: Call, form: Form) -> None:
    """409 when the caller decided on an older state of the form."""
    revision = call.query.get("checkoutForm.revision")
    if revision and revision != form["revision"]:
        message = "Provided revision is outdated"
        raise ApiError(409, "REVISION_CONFLICT", message, path="checkoutForm.revision")


def set_fulfilment(call: Call, form: Form, status: str) -> None:
    if form["fulfillment"]["status"] == status:
        return
    form["fulfillment"]["status"] = status
    write_order_event(call.world, call.seller, form, "FULFILLMENT_STATUS_CHANGED")
