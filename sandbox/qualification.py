"""Whether an offer is let onto the other marketplaces: asked for, looked at, approved or refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.state.offers import Offer, Place
from sandbox.state.world import World

# How far a price elsewhere may lie below the base price in that currency, in percent.
_MOST_BELOW = 20

# The words of refusals that a test may ask for by code.
_WORDS = {
    "VQR001_CURRENCY_NOT_AVAILABLE": "The currency is not available on this marketplace",
    "VQR003_DELIVERY_TO_OPERATIONAL_COUNTRY_NOT_AVAILABLE": "No delivery to this country",
    "VQR009_PRICE_IN_ADDITIONAL_MARKETPLACE_MISMATCH": "The price difference is too big",
    "VQR011_SELLER_HAS_NO_VERIFIED_INTERNATIONAL_TAX_ID": "No verified international tax id",
    "VQR012_OFFER_HAS_NO_TAX_RATE_FOR_MARKETPLACE": "No tax rate for this country",
}


@dataclass(frozen=True)
class Reason:
    """Why a marketplace refuses an offer, as answers show it."""

    code: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "userMessage": _WORDS.get(self.code, self.code),
            "parameters": {name: list(values) for name, values in self.parameters},
        }


def state_of(offer: Offer, place: str) -> Place:
    return offer.places.get(place, Place())


def ask(world: World, offer: Offer, places: list[str]) -> None:
    """The seller wants (or has changed) these marketplaces: they are looked at once it is active."""
    offer.places = {**offer.places, **dict.fromkeys(places, Place("PENDING"))}
    look(world, offer)


def look(world: World, offer: Offer) -> None:
    """Start with everything that waits, if the offer is on sale."""
    waiting = [place for place in offer.elsewhere if state_of(offer, place).state == "PENDING"]
    if offer.status != "ACTIVE" or not waiting:
        return
    offer.places = {**offer.places, **dict.fromkeys(waiting, Place("IN_PROGRESS"))}

    def decide(moment: float) -> None:
        decided = {
            place: _verdict(world, offer, place)
            for place in waiting
            if place in offer.elsewhere and state_of(offer, place).state == "IN_PROGRESS"
        }
        offer.places = {**offer.places, **decided}
        world.show(offer, moment)

    world.later(world.settings.qualificationDelaySeconds, decide)


def _verdict(world: World, offer: Offer, place: str) -> Place:
    home = world.sellers[offer.seller_id].marketplace
    amount, _ = offer.elsewhere[place]
    there = Decimal(MARKETPLACES[place][3]) / Decimal(MARKETPLACES[home][3])
    least = Decimal(offer.price) * there * (100 - _MOST_BELOW) / 100
    if Decimal(amount) >= least:
        return Place()
    limit = ("maxAllowedPriceDecreasePercent", (str(_MOST_BELOW),))
    reason = Reason("VQR009_PRICE_IN_ADDITIONAL_MARKETPLACE_MISMATCH", (limit,))
    return Place("REFUSED", (reason.as_dict(),))
