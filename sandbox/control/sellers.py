"""Sellers: list, read back, add, change; and the access they have granted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.control.request import Control, ControlError, Endpoint
from sandbox.seeding import add_offers, add_orders, add_seller
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller


def _summary(seller: Seller) -> dict[str, Any]:
    return {
        "id": seller.id,
        "login": seller.login,
        "marketplace": seller.marketplace,
        "currency": seller.currency,
        "balance": str(seller.balance),
        "offers": len(seller.offers),
        "orders": len(seller.forms.by_id),
        "orderEvents": len(seller.order_events.entries),
        "offerEvents": len(seller.offer_events.entries),
    }


def shown_offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "externalId": offer.external_id,
        "ean": offer.ean,
        "name": offer.name,
        "available": offer.available,
        "sold": offer.sold,
        "price": {"amount": offer.price, "currency": offer.currency},
        "additionalPrices": {
            place: {"amount": amount, "currency": currency}
            for place, (amount, currency) in offer.elsewhere.items()
        },
        "status": offer.status,
        "endedBy": offer.ended_by,
    }


def listed(control: Control) -> Any:
    return {"sellers": [_summary(seller) for seller in control.world.sellers.values()]}


def one(control: Control) -> Any:
    """The seller's true state: offers, and checkout forms in order of purchase."""
    seller = control.seller()
    offset, limit = control.paging()
    stop = None if limit is None else offset + limit
    offers = list(seller.offers)[offset:stop]
    pairs = seller.forms.ordered("lineItems.boughtAt", None, None)[offset:stop]
    world = control.world
    counts = _summary(seller)
    return {
        **{name: counts[name] for name in ("id", "login", "marketplace", "currency", "balance")},
        "offerCount": counts["offers"],
        "orderCount": counts["orders"],
        "offers": [shown_offer(world.offers[item]) for item in offers],
        "orders": [seller.forms.by_id[form_id] for _, form_id in pairs],
        "mergedInto": seller.forms.merged_into,
        "returns": list(seller.returns.values()),
        "refunds": list(seller.refunds.values()),
        "refundClaims": list(seller.claims.values()),
        "shipments": {
            form_id: control.world.shipments[form_id]
            for _, form_id in pairs
            if form_id in control.world.shipments
        },
    }


def add(control: Control) -> Any:
    """A new seller, with goods and past orders if asked for."""
    login = control.text("login")
    if login in control.world.logins:
        raise ControlError(f"the seller {login} exists already")
    marketplace = control.one_of("marketplace", tuple(MARKETPLACES), "allegro-pl")
    offers, orders = control.whole("offers", 0), control.whole("orders", 0)
    seller = add_seller(control.world, login, marketplace)
    add_offers(control.world, seller, offers)
    add_orders(control.world, seller, orders)
    return _summary(seller)


def change(control: Control) -> Any:
    """Set the balance refunds are paid from."""
    seller = control.seller()
    try:
        seller.balance = Decimal(control.text("balance"))
    except ArithmeticError:
        raise ControlError("balance must be an amount such as 10.00") from None
    return _summary(seller)


def revoke(control: Control) -> Any:
    """Destroy what a seller granted, as a changed password does; all sellers without a name."""
    seller = control.seller() if control.body.get("seller") else None
    return {"revoked": control.world.tokens.revoke(seller.id if seller else None)}


ENDPOINTS = (
    Endpoint("GET", "/sellers", listed),
    Endpoint("POST", "/sellers", add),
    Endpoint("GET", "/sellers/{login}", one),
    Endpoint("PATCH", "/sellers/{login}", change),
    Endpoint("POST", "/tokens/revoke", revoke),
)
