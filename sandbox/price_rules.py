"""Assigning pricing rules to offers, as work for a command's tasks.

Rules are kept and shown; prices do not move by them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.catalogue.price_rules import EXCHANGE_RATE, RULES, PriceRule
from sandbox.errors import ApiError, invalid
from sandbox.state.offers import AssignedRule, Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import OfferError, changed, checked_amount

Work = Callable[[World, Offer], None]
Body = dict[str, Any]

_RANGES = ("MARKETPLACE_CURRENCY", "BASE_MARKETPLACE_CURRENCY")


def rule_change(modification: Any, seller: Seller) -> Work:
    """Either ``set`` or ``remove``, each for some marketplaces. Raises ApiError 422."""
    given = modification if isinstance(modification, dict) else {}
    kinds = [name for name in ("set", "remove") if given.get(name)]
    if len(kinds) != 1 or not isinstance(given[kinds[0]], list):
        raise invalid(422, "Either set or remove must list marketplaces", "modification")
    entries: list[Body] = [item if isinstance(item, dict) else {} for item in given[kinds[0]]]
    if kinds == ["remove"]:
        return _removing([_place(entry, "remove") for entry in entries])
    return _setting({_place(entry, "set"): _wanted(entry, seller) for entry in entries})


def _removing(places: list[str]) -> Work:
    def work(world: World, offer: Offer) -> None:
        kept = {place: rule for place, rule in offer.price_rules.items() if place not in places}
        _keep(world, offer, kept)

    return work


def _setting(wanted: dict[str, tuple[str, Body | None]]) -> Work:
    """All marketplaces or none: an offer that lacks one of them keeps its rules."""

    def work(world: World, offer: Offer) -> None:
        home = world.sellers[offer.seller_id].marketplace
        for place in wanted:
            if offer.price_on(place, home) is None:
                raise OfferError("MARKETPLACE_NOT_FOUND", f"The offer is not offered on {place}")
        fresh = {
            place: AssignedRule(rule_id, configuration, world.now)
            for place, (rule_id, configuration) in wanted.items()
        }
        _keep(world, offer, {**offer.price_rules, **fresh})

    return work


def _keep(world: World, offer: Offer, rules: dict[str, AssignedRule]) -> None:
    offer.price_rules, offer.price_rules_at = rules, world.now
    changed(world, offer)


def _place(entry: Body, kind: str) -> str:
    place = str((entry.get("marketplace") or {}).get("id", ""))
    if place not in MARKETPLACES:
        raise invalid(422, f"Unknown marketplace {place}", f"modification.{kind}.marketplace.id")
    return place


def _wanted(entry: Body, seller: Seller) -> tuple[str, Body | None]:
    place = _place(entry, "set")
    rule = RULES.get(str((entry.get("rule") or {}).get("id", "")))
    if rule is None:
        raise invalid(422, "The pricing rule does not exist", "modification.set.rule.id")
    configuration = entry.get("configuration")
    _check_exchange(rule, configuration, home=place == seller.marketplace)
    price_range = (configuration or {}).get("priceRange")
    if price_range is None:
        return rule.id, None
    return rule.id, {"priceRange": _checked_range(price_range, place, seller)}


def _check_exchange(rule: PriceRule, configuration: Any, *, home: bool) -> None:
    """The converter needs another marketplace, and takes no configuration (the description)."""
    if rule.kind != EXCHANGE_RATE:
        return
    if home:
        raise invalid(422, "Not available on the base marketplace", "modification.set.rule.id")
    if configuration is not None:
        raise invalid(422, "Not allowed for this rule", "modification.set.configuration")


def _checked_range(price_range: Body, place: str, seller: Seller) -> Body:
    path = "modification.set.configuration.priceRange"
    kind = price_range.get("type")
    at_home = place == seller.marketplace
    if kind not in _RANGES or (at_home and kind != "MARKETPLACE_CURRENCY"):
        raise invalid(422, f"{kind} is not accepted here", f"{path}.type")
    currency = MARKETPLACES[place][0] if kind == "MARKETPLACE_CURRENCY" else seller.currency
    low = _bound(price_range.get("minPrice"), currency, f"{path}.minPrice")
    high = _bound(price_range.get("maxPrice"), currency, f"{path}.maxPrice")
    if Decimal(low["amount"]) > Decimal(high["amount"]):
        raise invalid(422, "minPrice must not exceed maxPrice", f"{path}.minPrice")
    return {"type": kind, "minPrice": low, "maxPrice": high}


def _bound(price: Any, currency: str, path: str) -> Body:
    given: Body = price if isinstance(price, dict) else {}
    if given.get("currency") != currency:
        raise invalid(422, f"The currency must be {currency}", f"{path}.currency")
    try:
        amount = checked_amount(given.get("amount", ""), currency)
    except OfferError as error:
        raise ApiError(422, error.code, str(error), path=f"{path}.amount") from error
    return {"amount": amount, "currency": currency}
