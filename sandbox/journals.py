"""Writing events into a seller's journals, with whatever faults are in force."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.state.clock import iso
from sandbox.state.journals import Entry, Journal
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World

# A held event is written after this long even if no other follows (sandbox seconds).
HOLD_SECONDS = 5.0


def write_order_event(
    world: World,
    seller: Seller,
    form: dict[str, Any],
    kind: str,
    occurred_at: float | None = None,
    written_at: float | None = None,
) -> None:
    """Tell the seller's order journal that something happened to a checkout form."""
    now = world.now
    moment = now if occurred_at is None else occurred_at
    entry = Entry(
        number=0,
        kind=kind,
        subject=form["id"],
        occurred_at=moment,
        written_at=now if written_at is None else written_at,
        body=_order_snapshot(seller, form),
    )
    entry.visible_at = entry.written_at + world.settings.eventLagSeconds
    _write(world, seller.login, seller.order_events, entry)


def write_offer_event(
    world: World, offer: Offer, kind: str, extra: dict[str, Any] | None = None
) -> None:
    """Tell the offer journal of the offer's seller. Inactive and ended offers are silent."""
    seller = world.sellers[offer.seller_id]
    body: dict[str, Any] = {"offer": {"id": offer.id, **(extra or {})}}
    if offer.external_id:
        body["offer"]["external"] = {"id": offer.external_id}
    entry = Entry(0, kind, offer.id, world.now, world.now, body)
    entry.visible_at = entry.written_at
    _write(world, seller.login, seller.offer_events, entry)


def _write(world: World, login: str, journal: Journal, entry: Entry) -> None:
    struck = world.faults.event(login, entry.kind) if world.faults.rules else {}
    if "lost_event" in struck:
        journal.lost.append(entry)
        return
    if "delayed_event" in struck:
        world.later(struck["delayed_event"].delay_seconds, lambda now: _arrive(journal, entry, now))
        return
    if "disorder" in struck:
        journal.held.append(entry)
        return
    journal.write(entry)
    if "doubled_event" in struck:
        journal.write(_twin(entry))
    release_held(journal, entry.written_at)


def _arrive(journal: Journal, entry: Entry, now: float) -> None:
    """A late event: its number is of now, its moment of then (allegro-api #8586)."""
    entry.written_at = entry.visible_at = now
    journal.write(entry)


def _twin(entry: Entry) -> Entry:
    return Entry(
        0,
        entry.kind,
        entry.subject,
        entry.occurred_at,
        entry.written_at,
        entry.body,
        entry.visible_at,
    )


def release_held(journal: Journal, now: float, *, older_than: float = 0.0) -> None:
    """Write what disorder held back, after the event that should have followed it."""
    ready = [entry for entry in journal.held if entry.written_at <= now - older_than]
    journal.held = [entry for entry in journal.held if entry not in ready]
    for entry in reversed(ready):
        entry.written_at = now
        journal.write(entry)


def recover_lost(journal: Journal, now: float) -> int:
    """Write lost events after all, with new numbers and their old moments. Returns how many."""
    lost, journal.lost = journal.lost, []
    for entry in lost:
        entry.written_at = entry.visible_at = now
        journal.write(entry)
    return len(lost)


def _order_snapshot(seller: Seller, form: dict[str, Any]) -> dict[str, Any]:
    buyer = form["buyer"]
    return {
        "seller": {"id": seller.id},
        "buyer": {name: buyer[name] for name in ("id", "email", "login", "guest", "preferences")},
        "lineItems": [
            {
                "id": line["id"],
                "offer": {
                    "id": line["offer"]["id"],
                    "name": line["offer"]["name"],
                    "external": line["offer"]["external"],
                },
                "quantity": line["quantity"],
                "originalPrice": line["originalPrice"],
                "price": line["price"],
                "boughtAt": line["boughtAt"],
            }
            for line in form["lineItems"]
        ],
        "checkoutForm": {"id": form["id"], "revision": form["revision"]},
        "marketplace": form["marketplace"],
    }


def order_event(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.number),
        "order": entry.body,
        "type": entry.kind,
        "occurredAt": iso(entry.occurred_at),
    }


def offer_event(entry: Entry) -> dict[str, Any]:
    return {
        "id": offer_event_id(entry.number),
        "type": entry.kind,
        "occurredAt": iso(entry.occurred_at),
        **entry.body,
    }


def offer_event_id(number: int) -> str:
    """The cursor of the offer journal is base64 without padding (``MTEzMjQzODU3NA``)."""
    return base64.b64encode(str(number).encode()).decode().rstrip("=")


def offer_event_number(text: str) -> int:
    """The other way round. Raises ValueError for anything that is no cursor."""
    return int(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
