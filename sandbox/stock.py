"""Changes of an offer: stock, price, status; each with its events and the lagging listing."""

from __future__ import annotations

from decimal import Decimal

from sandbox.journals import write_offer_event
from sandbox.qualification import ask, look
from sandbox.state.offers import Offer
from sandbox.state.world import World


class OfferError(ValueError):
    """The offer does not allow the change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def set_available(world: World, offer: Offer, available: int) -> None:
    """Set the quantity for sale. Zero ends an offer that is active. Raises OfferError."""
    if available < 0:
        raise OfferError("STOCK_BELOW_ZERO", "The quantity available cannot be less than zero")
    if available != offer.available:
        offer.available = available
        if offer.status == "ACTIVE":
            write_offer_event(world, offer, "OFFER_STOCK_CHANGED")
    if available == 0 and offer.status in ("ACTIVE", "ACTIVATING"):
        end(world, offer, "EMPTY_STOCK")
    changed(world, offer)


def set_price(world: World, offer: Offer, amount: str, marketplace: str | None = None) -> None:
    """Set the price on one marketplace, the seller's own by default. Raises OfferError."""
    seller = world.sellers[offer.seller_id]
    place = marketplace or seller.marketplace
    present = offer.price_on(place, seller.marketplace)
    if present is None:
        raise OfferError("MARKETPLACE_NOT_FOUND", f"The offer is not offered on {place}")
    amount = checked_amount(amount, present[1])
    if Decimal(amount) == Decimal(present[0]):
        return
    if place == seller.marketplace:
        offer.price = amount
    else:
        offer.elsewhere = {**offer.elsewhere, place: (amount, present[1])}
        ask(world, offer, [place])
    if offer.status == "ACTIVE":
        prices = [{"id": place, "changeType": "MANUAL"}]
        extra = {"marketplaces": prices, "external": {"id": offer.external_id}}
        write_offer_event(world, offer, "OFFER_PRICE_CHANGED", extra)
    changed(world, offer)


# Most decimals of a price per currency. Crowns and forints are refused with decimals (#13367).
PRECISION = {"PLN": 2, "EUR": 2, "CZK": 0, "HUF": 0}


def checked_amount(amount: str, currency: str) -> str:
    """A positive amount of a currency, normalised. Raises OfferError."""
    try:
        value = Decimal(str(amount))
    except ArithmeticError:
        raise OfferError("InvalidPrice", f"{amount!r} is no amount") from None
    if not value.is_finite() or value <= 0:
        raise OfferError("InvalidPrice", "The price must be greater than zero")
    places = Decimal(1).scaleb(-PRECISION.get(currency, 2))
    if value != value.quantize(places):
        raise OfferError("InvalidPricePrecision", f"Too many decimals for {currency}")
    return f"{value:.2f}"


def end(world: World, offer: Offer, by: str) -> None:
    """End an offer that is active; nothing happens to others."""
    if offer.status not in ("ACTIVE", "ACTIVATING"):
        return
    was_active = offer.status == "ACTIVE"
    offer.status, offer.ended_by, offer.ended_at = "ENDED", by, world.now
    if was_active:
        write_offer_event(world, offer, "OFFER_ENDED", {"publication": {"endedBy": by}})
    changed(world, offer)


def activate(world: World, offer: Offer) -> None:
    """Put a draft or an ended offer on sale. Raises OfferError when nothing is left to sell."""
    if offer.status == "ACTIVE":
        return
    if offer.available <= 0:
        raise OfferError("EMPTY_STOCK", "An offer can be activated only with stock above zero")
    offer.status, offer.ended_by, offer.ended_at = "ACTIVE", None, None
    offer.started_at = world.now
    write_offer_event(world, offer, "OFFER_ACTIVATED")
    look(world, offer)
    changed(world, offer)


def changed(world: World, offer: Offer) -> None:
    """Stamp the offer and let the listing learn of it, later."""
    offer.updated_at = world.now
    world.show(offer, offer.updated_at)
