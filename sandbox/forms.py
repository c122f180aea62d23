"""How a checkout form is built and changed; who may do so is up to ``purchases``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.catalogue.delivery import MARKETPLACES, Method
from sandbox.money import lines_total, price
from sandbox.state.clock import iso, midnight
from sandbox.state.offers import Offer
from sandbox.state.world import World

Form = dict[str, Any]

# A seller's order reaches this value (in zloty) and Smart! delivery is free.
SMART_FROM = Decimal("49.00")


def new_line(world: World, offer: Offer, quantity: int, cost: tuple[str, str], at: float) -> Form:
    """A line of a form at a price of a marketplace."""
    amount = {"amount": cost[0], "currency": cost[1]}
    return {
        "id": world.identities.uuid(),
        "offer": {
            "id": offer.id,
            "name": offer.name,
            "external": {"id": offer.external_id} if offer.external_id else None,
            "productSet": None,
            "hsNumber": None,
        },
        "quantity": quantity,
        "originalPrice": amount,
        "price": amount,
        "deposit": None,
        "reconciliation": None,
        "selectedAdditionalServices": [],
        "vouchers": [],
        "tax": {"rate": offer.vat, "subject": "GOODS", "exemption": None},
        "boughtAt": iso(at),
        "discounts": None,
        "serialNumbers": {"expected": False, "entries": []},
    }


def new_form(
    world: World,
    *,
    buyer: Form,
    lines: list[Form],
    marketplace: str,
    at: float,
    message: str | None = None,
) -> Form:
    """A form as it stands right after the purchase: BOUGHT, no delivery, no payment."""
    currency = MARKETPLACES[marketplace][0]
    return {
        "id": world.identities.uuid(),
        "messageToSeller": message,
        "buyer": buyer,
        "payment": None,
        "status": "BOUGHT",
        "fulfillment": {
            "status": "NEW",
            "shipmentSummary": {"lineItemsSent": "NONE"},
            "provider": {"id": "SELLER"},
        },
        "delivery": None,
        "invoice": {"required": False, "address": None, "dueDate": None, "features": None},
        "lineItems": lines,
        "surcharges": [],
        "note": None,
        "marketplace": {"id": marketplace},
        "summary": {"totalToPay": price(lines_total(lines), currency)},
        "updatedAt": iso(at),
        "revision": world.identities.revision(),
    }


def choose_delivery(world: World, form: Form, method: Method, *, smart: bool, at: float) -> None:
    """Fill in how the order travels. The address stays hidden until the order is ready."""
    currency, _, _, rate, places = MARKETPLACES[form["marketplace"]["id"]]
    cost = Decimal(0) if smart else Decimal(method.cost) * Decimal(rate)
    cost = round(cost, places)
    form["delivery"] = {
        "address": None,
        "method": {"id": method.id, "name": method.name},
        "pickupPoint": _point(world, form, method) if method.point else None,
        "cost": price(cost, currency),
        "time": {
            "from": iso(midnight(at, 2)),
            "to": iso(midnight(at, 4)),
            "guaranteed": None,
            "dispatch": {"from": iso(midnight(at, 0)), "to": iso(midnight(at, 2) - 1)},
        },
        "smart": smart,
        "cancellation": None,
        "calculatedNumberOfPackages": 1,
    }
    total = lines_total(form["lineItems"]) + cost
    form["summary"]["totalToPay"] = price(total, currency)


def _point(world: World, form: Form, method: Method) -> Form:
    home = form["buyer"]["address"]
    number = world.identities.random.randrange(10, 100)
    point = f"{home['city'][:3].upper()}{number}A"
    return {
        "id": point,
        "name": f"{method.name.split()[-1]} {point}",
        "description": "Obok sklepu, dostępny całą dobę",
        "address": {
            "street": home["street"],
            "zipCode": home["postCode"],
            "city": home["city"],
            "countryCode": home["countryCode"],
        },
    }


def choose_payment(world: World, form: Form, kind: str) -> None:
    """Choose how the order is paid; nothing is paid by this."""
    form["payment"] = {
        "id": world.identities.uuid(),
        "type": kind,
        "provider": "OFFLINE" if kind == "CASH_ON_DELIVERY" else "AF",
        "finishedAt": None,
        "paidAmount": None,
        "reconciliation": None,
        "features": [],
    }


def mark_paid(form: Form, at: float) -> None:
    payment = form["payment"]
    if payment["type"] != "CASH_ON_DELIVERY":
        payment["finishedAt"] = iso(at)
        payment["paidAmount"] = dict(form["summary"]["totalToPay"])


def reveal_address(form: Form) -> None:
    """Show where the order goes; Allegro does so once it is ready for processing."""
    buyer, home = form["buyer"], form["buyer"]["address"]
    form["delivery"]["address"] = {
        "firstName": buyer["firstName"],
        "lastName": buyer["lastName"],
        "street": home["street"],
        "city": home["city"],
        "zipCode": home["postCode"],
        "countryCode": home["countryCode"],
        "companyName": None,
        "phoneNumber": buyer["phoneNumber"],
        "modifiedAt": None,
    }


def smart_applies(form: Form) -> bool:
    _, _, _, rate, _ = MARKETPLACES[form["marketplace"]["id"]]
    return lines_total(form["lineItems"]) >= SMART_FROM * Decimal(rate)
