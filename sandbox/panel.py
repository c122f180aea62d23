"""What a seller edits in Allegro's panel: checked as a whole, then done with the events that follow."""

from __future__ import annotations

from typing import Any

from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.journals import write_offer_event
from sandbox.qualification import Reason, ask
from sandbox.state.offers import Offer, Place
from sandbox.state.world import World
from sandbox.stock import activate, changed, checked_amount, end, set_available, set_price

FIELDS = ("externalId", "name", "price", "available", "status", "description", "images",
           "marketplaces", "producer", "safety")  # fmt: skip
STATUSES = ("ACTIVE", "ENDED", "INACTIVE")
_STATES = ("NOT_REQUESTED", "PENDING", "IN_PROGRESS", "APPROVED", "REFUSED")
# Fields whose change the journal calls OFFER_CHANGED.
_CHANGED = {"name", "externalId", "description", "images", "producer", "safety"}
Body = dict[str, Any]


class EditError(ValueError):
    """An edit says something that cannot be."""


def check(world: World, offer: Offer, body: Body) -> None:
    """Raises EditError or OfferError with what is wrong."""
    unknown = set(body) - set(FIELDS)
    if unknown:
        raise EditError(f"unknown field {min(unknown)}; known: {', '.join(FIELDS)}")
    if "price" in body:
        checked_amount(str(body["price"]), offer.currency)
    available = body.get("available", 1)
    if isinstance(available, bool) or not isinstance(available, int) or available < 0:
        raise EditError("available must be a whole number of 0 or more")
    if body.get("status", "ACTIVE") not in STATUSES:
        raise EditError(f"status must be one of: {', '.join(STATUSES)}")
    for name in ("externalId", "name", "description"):
        if not isinstance(body.get(name), str | None):
            raise EditError(f"{name} must be text")
    images = body.get("images") or []
    if not isinstance(images, list) or not all(isinstance(image, str) for image in images):
        raise EditError("images must be a list of addresses")
    for name in ("producer", "safety"):
        if body.get(name) is not None:
            raise EditError(f"{name} can only be taken away, with null")
    _check_places(world, offer, body.get("marketplaces") or {})


def _check_places(world: World, offer: Offer, places: Any) -> None:
    home = world.sellers[offer.seller_id].marketplace
    if not isinstance(places, dict):
        raise EditError("marketplaces must be an object")
    for place, wish in places.items():
        if place not in MARKETPLACES or place == home or not isinstance(wish, dict):
            raise EditError(f"marketplaces: {place} cannot be set")
        unknown = set(wish) - {"price", "state", "reasons"}
        if unknown:
            raise EditError(f"marketplaces: unknown field {min(unknown)}")
        if "price" in wish:
            checked_amount(str(wish["price"]), MARKETPLACES[place][0])
        elif place not in offer.elsewhere:
            raise EditError(f"marketplaces: {place} needs a price")
        if wish.get("state", "APPROVED") not in _STATES:
            raise EditError(f"state must be one of: {', '.join(_STATES)}")


def apply(world: World, offer: Offer, body: Body) -> None:
    """Do what was found right. Raises OfferError where the offer itself does not allow it."""
    offer.name = body.get("name") or offer.name
    if "externalId" in body:
        offer.external_id = body["externalId"]
    _apply_details(offer, body)
    if _CHANGED & set(body) and offer.status == "ACTIVE":
        write_offer_event(world, offer, "OFFER_CHANGED")
    if "price" in body:
        set_price(world, offer, str(body["price"]))
    for place, wish in (body.get("marketplaces") or {}).items():
        _apply_place(world, offer, place, wish)
    if "available" in body:
        set_available(world, offer, body["available"])
    if body.get("status") == "ENDED":
        end(world, offer, "USER")
    elif body.get("status") == "ACTIVE":
        activate(world, offer)
    changed(world, offer)


def _apply_details(offer: Offer, body: Body) -> None:
    details = dict(offer.details)
    if body.get("description") is not None:
        item = {"type": "TEXT", "content": body["description"]}
        details["description"] = {"sections": [{"items": [item]}]}
    if "images" in body:
        details["images"] = list(body["images"])
    offer.details = details
    gone = {"producer": "responsibleProducer", "safety": "safetyInformation"}
    taken = {name: None for word, name in gone.items() if word in body}
    offer.product_details = {**offer.product_details, **taken}


def _apply_place(world: World, offer: Offer, place: str, wish: Body) -> None:
    if "price" in wish and place in offer.elsewhere:
        set_price(world, offer, str(wish["price"]), place)
    elif "price" in wish:
        currency = MARKETPLACES[place][0]
        price = (checked_amount(str(wish["price"]), currency), currency)
        offer.elsewhere = {**offer.elsewhere, place: price}
        ask(world, offer, [place])
    if "state" in wish:
        reasons = tuple(Reason(code).as_dict() for code in wish.get("reasons") or ())
        offer.places = {**offer.places, place: Place(wish["state"], reasons)}
