"""Ways to change a price, as work for a command's tasks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.errors import invalid
from sandbox.state.offers import Offer
from sandbox.state.world import World
from sandbox.stock import PRECISION, OfferError, set_price

Work = Callable[[World, Offer], None]
Rule = Callable[[Decimal], Decimal]


def marketplace_price(place: str, change: dict[str, Any]) -> Work:
    """A price of a bulk modification: FIXED, GAIN or PERCENTAGE."""
    kind = change.get("changeType")
    if kind == "PERCENTAGE":
        return _by(place, _percent(change.get("percentage"), 1))
    if kind not in ("FIXED", "GAIN"):
        raise invalid(422, "changeType must be FIXED, GAIN or PERCENTAGE", "prices.changeType")
    value = change.get("value") or {}
    amount = _decimal(value.get("amount"))
    currency = value.get("currency")
    if kind == "FIXED":
        return _by(place, lambda present: amount, currency)
    return _by(place, lambda present: present + amount, currency)


def command_price(modification: dict[str, Any]) -> Work:
    """The modification of a price command, with ``type`` from FIXED_PRICE to DECREASE_..."""
    kind = modification.get("type")
    place = modification.get("marketplaceId")
    if kind == "FIXED_PRICE":
        price = modification.get("price") or {}
        amount = _decimal(price.get("amount"))
        return _by(place, lambda present: amount, price.get("currency"))
    if kind in ("INCREASE_PRICE", "DECREASE_PRICE"):
        value = modification.get("value") or {}
        amount = _decimal(value.get("amount")) * (1 if kind == "INCREASE_PRICE" else -1)
        return _by(place, lambda present: present + amount, value.get("currency"))
    if kind in ("INCREASE_PERCENTAGE", "DECREASE_PERCENTAGE"):
        sign = 1 if kind == "INCREASE_PERCENTAGE" else -1
        return _by(place, _percent(modification.get("percentage"), sign))
    raise invalid(422, f"Unknown modification type {kind}", "modification.type")


def _by(place: str | None, rule: Rule, currency: str | None = None) -> Work:
    def work(world: World, offer: Offer) -> None:
        home = world.sellers[offer.seller_id].marketplace
        present = offer.price_on(place or home, home)
        if present is None:
            raise OfferError("MARKETPLACE_NOT_FOUND", f"The offer is not offered on {place}")
        if currency is not None and currency != present[1]:
            raise OfferError("InvalidCurrency", f"The currency must be {present[1]}")
        value = rule(Decimal(present[0]))
        if currency is None:
            value = round(value, PRECISION.get(present[1], 2))
        set_price(world, offer, str(value), place)

    return work


def _percent(text: Any, sign: int) -> Rule:
    percent = _decimal(str(text).strip().rstrip("%").lstrip("+")) * sign
    return lambda present: present * (100 + percent) / 100


def _decimal(text: Any) -> Decimal:
    try:
        value = Decimal(str(text))
    except ArithmeticError:
        raise invalid(422, f"{text!r} is no amount", "modification") from None
    if not value.is_finite():
        raise invalid(422, f"{text!r} is no amount", "modification")
    return value
