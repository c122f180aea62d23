"""What buyers do: buy, fill in the form, pay, cancel, change the address, pay together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox import forms
from sandbox.billing_book import charge_commission
from sandbox.catalogue.delivery import MARKETPLACES, methods_for
from sandbox.catalogue.people import invent_buyer, invent_invoice
from sandbox.journals import write_offer_event, write_order_event
from sandbox.money import lines_total, price
from sandbox.state.clock import iso
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import changed, end

Form = dict[str, Any]


class PurchaseError(ValueError):
    """The purchase, or a later step of it, is not possible."""


@dataclass(frozen=True)
class Wish:
    """How a buyer goes on after the purchase. ``until`` is the last status reached."""

    until: str = "READY_FOR_PROCESSING"
    cash_on_delivery: bool = False
    invoice: str = "none"
    message: str | None = None
    smart: bool | None = None


def buy(
    world: World,
    seller: Seller,
    wanted: list[tuple[str, int]],
    wish: Wish,
    *,
    marketplace: str | None = None,
    buyer: Form | None = None,
) -> Form:
    """Buy lines of (offer id, quantity), all or nothing. Stock falls at once.

    Writes BOUGHT, then FILLED_IN and READY_FOR_PROCESSING as far as the wish goes.
    Raises PurchaseError, and then nothing has changed.
    """
    place = marketplace or seller.marketplace
    lines = _checked_lines(world, seller, wanted, place)
    for offer_id, quantity in wanted:
        _take(world, offer_id, quantity)
        seller.bought[offer_id] += quantity
    someone = buyer or invent_buyer(world.identities.random, world.identities.buyer(), place)
    form = forms.new_form(
        world, buyer=someone, lines=lines, marketplace=place, at=world.now, message=wish.message
    )
    seller.forms.add(form)
    write_order_event(world, seller, form, "BOUGHT")
    proceed(world, seller, form, wish)
    return form


def _checked_lines(
    world: World, seller: Seller, wanted: list[tuple[str, int]], place: str
) -> list[Form]:
    if place not in MARKETPLACES:
        raise PurchaseError(f"no such marketplace: {place}")
    if not wanted:
        raise PurchaseError("a purchase needs at least one line")
    left: dict[str, int] = {}
    lines = []
    for offer_id, quantity in wanted:
        offer = world.offers.get(offer_id)
        if offer is None or offer.seller_id != seller.id:
            raise PurchaseError(f"{seller.login} has no offer {offer_id}")
        if offer.status != "ACTIVE":
            raise PurchaseError(f"offer {offer_id} is {offer.status}, not ACTIVE")
        left.setdefault(offer_id, offer.available)
        left[offer_id] -= quantity
        if quantity < 1 or left[offer_id] < 0:
            raise PurchaseError(f"offer {offer_id} has {offer.available} left, asked {quantity}")
        cost = offer.price_on(place, seller.marketplace)
        if cost is None:
            raise PurchaseError(f"offer {offer_id} is not offered on {place}")
        lines.append(forms.new_line(world, offer, quantity, cost, world.now))
    return lines


def _take(world: World, offer_id: str, quantity: int) -> None:
    offer = world.offers[offer_id]
    offer.available -= quantity
    offer.sold += quantity
    write_offer_event(world, offer, "OFFER_STOCK_CHANGED")
    if offer.available == 0:
        end(world, offer, "EMPTY_STOCK")
    changed(world, offer)


def proceed(world: World, seller: Seller, form: Form, wish: Wish) -> None:
    """Carry an unfinished form on to the status the wish names."""
    if wish.until == "BOUGHT":
        return
    if form["status"] == "BOUGHT":
        fill_in(world, seller, form, wish)
    if wish.until == "READY_FOR_PROCESSING":
        pay(world, seller, form)


def fill_in(world: World, seller: Seller, form: Form, wish: Wish) -> None:
    """Choose delivery, payment and invoice."""
    random = world.identities.random
    place = form["marketplace"]["id"]
    ways = methods_for(place, cash_on_delivery=wish.cash_on_delivery)
    if not ways:
        raise PurchaseError(f"cash on delivery is not possible on {place}")
    free = forms.smart_applies(form) and not wish.cash_on_delivery
    smart = free if wish.smart is None else wish.smart
    forms.choose_delivery(world, form, random.choice(ways), smart=smart, at=world.now)
    forms.choose_payment(world, form, "CASH_ON_DELIVERY" if wish.cash_on_delivery else "ONLINE")
    form["invoice"] = invent_invoice(random, form["buyer"], wish.invoice)
    form["status"] = "FILLED_IN"
    _touch(world, seller, form)
    write_order_event(world, seller, form, "FILLED_IN")


def pay(world: World, seller: Seller, form: Form) -> None:
    """Pay, or for cash on delivery confirm. Raises PurchaseError when there is nothing to pay."""
    if form["status"] == "BOUGHT":
        fill_in(world, seller, form, Wish())
    if form["status"] != "FILLED_IN":
        raise PurchaseError(f"the order is {form['status']}, it cannot be paid")
    forms.mark_paid(form, world.now)
    forms.reveal_address(form)
    form["status"] = "READY_FOR_PROCESSING"
    _touch(world, seller, form)
    write_order_event(world, seller, form, "READY_FOR_PROCESSING")
    charge_commission(world, seller, form)


def cancel(world: World, seller: Seller, form: Form, by: str) -> None:
    """Cancel by ``buyer`` or ``auto``. Stock comes back only if the settings say so."""
    if form["status"] == "CANCELLED":
        raise PurchaseError("the order is cancelled already")
    if by == "auto" and form["status"] == "READY_FOR_PROCESSING":
        raise PurchaseError("only an unpaid order is cancelled automatically")
    form["status"] = "CANCELLED"
    if form["delivery"] is not None:
        form["delivery"]["cancellation"] = {"date": iso(world.now)}
    _touch(world, seller, form)
    write_order_event(world, seller, form, "AUTO_CANCELLED" if by == "auto" else "BUYER_CANCELLED")
    if world.settings.restoreStockOnCancel:
        for line in form["lineItems"]:
            offer = world.offers.get(line["offer"]["id"])
            if offer is not None:
                offer.available += line["quantity"]
                changed(world, offer)


def change_address(world: World, seller: Seller, form: Form, values: dict[str, str]) -> None:
    """The buyer corrects the delivery address. The revision changes."""
    address = (form["delivery"] or {}).get("address")
    if address is None:
        raise PurchaseError("the order has no delivery address yet")
    address.update(values)
    address["modifiedAt"] = iso(world.now)
    _touch(world, seller, form)
    write_order_event(world, seller, form, "BUYER_MODIFIED")


def surcharge(world: World, seller: Seller, form: Form, amount: str) -> None:
    """The buyer pays more; a second READY_FOR_PROCESSING follows."""
    if form["status"] != "READY_FOR_PROCESSING":
        raise PurchaseError("only a paid order takes a surcharge")
    currency = form["summary"]["totalToPay"]["currency"]
    paid = price(amount, currency)
    form["surcharges"].append(
        {
            "id": world.identities.uuid(),
            "type": "ONLINE",
            "provider": "AF",
            "finishedAt": iso(world.now),
            "paidAmount": paid,
            "reconciliation": None,
            "features": [],
        }
    )
    _touch(world, seller, form)
    write_order_event(world, seller, form, "READY_FOR_PROCESSING")


def merge(
    world: World,
    seller: Seller,
    parts: list[Form],
    *,
    paid: bool,
    line_ids: frozenset[str] = frozenset(),
) -> Form:
    """One buyer's unpaid purchases become one form with a new id; the old ids answer 404.

    The line ids survive. With ``line_ids`` only these lines move: a form that keeps others stays,
    under its id, without them. Raises PurchaseError.
    """
    if len(parts) < 2 and not line_ids:
        raise PurchaseError("at least two orders are needed")
    if any(form["status"] not in ("BOUGHT", "FILLED_IN") for form in parts):
        raise PurchaseError("only unpaid orders can be merged")
    if len({form["marketplace"]["id"] for form in parts}) != 1:
        raise PurchaseError("orders of different marketplaces cannot be merged")
    everything = [line for form in parts for line in form["lineItems"]]
    lines = [line for line in everything if not line_ids or line["id"] in line_ids]
    if not lines or not line_ids <= {line["id"] for line in everything}:
        raise PurchaseError("lineItemIds must be lines of these orders")
    form = forms.new_form(
        world,
        buyer=parts[0]["buyer"],
        lines=lines,
        marketplace=parts[0]["marketplace"]["id"],
        at=world.now,
    )
    form["summary"]["totalToPay"] = price(
        lines_total(lines), parts[0]["summary"]["totalToPay"]["currency"]
    )
    moved = {line["id"] for line in lines}
    for old in parts:
        _lose_lines(world, seller, old, moved, to=form["id"])
    seller.forms.add(form)
    proceed(world, seller, form, Wish(until="READY_FOR_PROCESSING" if paid else "FILLED_IN"))
    return form


def _lose_lines(world: World, seller: Seller, old: Form, moved: set[str], *, to: str) -> None:
    """Take lines out of a form; an empty one is gone."""
    rest = [line for line in old["lineItems"] if line["id"] not in moved]
    if len(rest) == len(old["lineItems"]):
        return
    seller.forms.remove(old["id"])
    if not rest:
        seller.forms.merged_into[old["id"]] = to
        return
    old["lineItems"] = rest
    currency = old["summary"]["totalToPay"]["currency"]
    cost = Decimal((old["delivery"] or {}).get("cost", {}).get("amount", "0"))
    old["summary"]["totalToPay"] = price(lines_total(rest) + cost, currency)
    old["revision"], old["updatedAt"] = world.identities.revision(), iso(world.now)
    seller.forms.add(old)
    write_order_event(world, seller, old, old["status"])


def _touch(world: World, seller: Seller, form: Form) -> None:
    """The buyer's data changed: a new revision and a new moment of change."""
    form["revision"] = world.identities.revision()
    seller.forms.touch(form, iso(world.now))
