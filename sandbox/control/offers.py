"""Offers: added in bulk, and read."""

from __future__ import annotations

from typing import Any

from sandbox.control.request import Control, ControlError, Endpoint
from sandbox.control.sellers import shown_offer
from sandbox.seeding import add_offers, invent_offer, register
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.stock import checked_amount

_FIELDS = ("externalId", "ean", "name", "price", "available", "status", "categoryId")
_STATUSES = ("ACTIVE", "ENDED", "INACTIVE")


def add(control: Control) -> Any:
    """``count`` invented offers, or ``offers`` described by some of their fields."""
    seller = control.seller()
    described = control.body.get("offers")
    if described is None:
        made = add_offers(control.world, seller, control.whole("count", low=1))
    else:
        if not isinstance(described, list) or not all(isinstance(x, dict) for x in described):
            raise ControlError("offers must be a list of objects")
        for item in described:
            _check(item, seller)
        made = [_described(control, seller, item) for item in described]
    return {"count": len(made), "offers": [shown_offer(offer) for offer in made]}


def _check(item: dict[str, Any], seller: Seller) -> None:
    unknown = set(item) - set(_FIELDS)
    if unknown:
        raise ControlError(f"unknown field {min(unknown)}; known: {', '.join(_FIELDS)}")
    if "price" in item:
        checked_amount(str(item["price"]), seller.currency)
    available = item.get("available", 1)
    if isinstance(available, bool) or not isinstance(available, int) or available < 0:
        raise ControlError("available must be a whole number of 0 or more")
    if item.get("status", "ACTIVE") not in _STATUSES:
        raise ControlError(f"status must be one of: {', '.join(_STATUSES)}")
    for name in ("externalId", "ean", "name", "categoryId"):
        if not isinstance(item.get(name), str | None):
            raise ControlError(f"{name} must be text")


def _described(control: Control, seller: Seller, item: dict[str, Any]) -> Offer:
    world = control.world
    offer = invent_offer(world, seller, world.now, plain=True)
    offer.external_id = item.get("externalId", offer.external_id)
    offer.ean = item.get("ean") or offer.ean
    offer.name = item.get("name") or offer.name
    offer.category_id = item.get("categoryId") or offer.category_id
    offer.status = item.get("status", "ACTIVE")
    offer.available = offer.initial_stock = item.get("available", offer.available)
    if "price" in item:
        offer.price = checked_amount(str(item["price"]), seller.currency)
    if offer.available == 0 and offer.status == "ACTIVE":
        offer.status, offer.ended_by, offer.ended_at = "ENDED", "EMPTY_STOCK", world.now
    register(world, seller, offer)
    seller.index.catch_up(world.now)
    return offer


def _offer(control: Control) -> Offer:
    offer = control.world.offers.get(control.params["offerId"])
    if offer is None:
        raise ControlError(f"no such offer: {control.params['offerId']}", 404)
    return offer


def one(control: Control) -> Any:
    return shown_offer(_offer(control))


ENDPOINTS = (
    Endpoint("POST", "/offers", add),
    Endpoint("GET", "/offers/{offerId}", one),
)
