"""``GET /sale/offers``: the search index, which lags behind the offers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.errors import invalid
from sandbox.pictures import picture_url
from sandbox.qualification import state_of
from sandbox.state.clock import iso
from sandbox.state.offers import ListingIndex, Offer
from sandbox.state.sellers import Seller

operation = Operations()

STATUSES = ("INACTIVE", "ACTIVE", "ACTIVATING", "ENDED")
SORTS = tuple(
    sign + name
    for name in ("sellingMode.price.amount", "stock.sold", "stock.available")
    for sign in ("", "-")
)
# Filters of the description that need no index of their own, and how they judge an offer.
_MANY = ("offer.id", "external.id", "publication.status", "sellingMode.format")
_FILTERS = (
    *_MANY,
    "name",
    "category.id",
    "publication.marketplace",
    "sellingMode.price.amount.gte",
    "sellingMode.price.amount.lte",
    "isFulfillment",
    "sort",
)


@operation("GET", "/sale/offers", "sale:offers:read", invalid_status=400)
def search(call: Call) -> Answer:
    seller = call.seller
    limit = call.whole("limit", 20, 1, 1000)
    offset = call.whole("offset", 0, 0, 9_999_999)
    if offset + limit > 10_000_000:
        raise invalid(400, "offset + limit must not exceed 10000000", "offset")
    call.choice("sort", SORTS)
    for status in call.query.getlist("publication.status"):
        if status not in STATUSES:
            raise invalid(400, f"Unknown publication.status {status}", "publication.status")
    if len(call.query.getlist("external.id")) > 100:
        raise invalid(400, "At most 100 external.id", "external.id")
    index = seller.index
    if not call.world.faults.stale_listing(seller.login):
        index.catch_up(call.now)
    found = _find(call, seller)
    hidden = call.world.faults.hidden(seller.login)
    if hidden is not None:
        found = [item for item in found if not hidden(item)]
    page = [
        _shown(index.shown[item], seller, call.base_url) for item in found[offset : offset + limit]
    ]
    body = {"offers": page, "count": len(page), "totalCount": len(found)}
    return Answer(body=body)


def _find(call: Call, seller: Seller) -> list[str]:
    given = {name: tuple(call.query.getlist(name)) for name in _FILTERS}
    key = tuple(given.items())
    index = seller.index
    return index.select(
        key,
        lambda: _candidates(index, given),
        _judge(given, seller),
        lambda found: _ordered(index, found, given, seller),
    )


def _candidates(index: ListingIndex, given: dict[str, tuple[str, ...]]) -> Iterable[str]:
    """The shortest list that holds every match."""
    if given["offer.id"]:
        return dict.fromkeys(given["offer.id"])
    if given["external.id"]:
        hits = (index.by_external.get(value, ()) for value in given["external.id"])
        return dict.fromkeys(item for found in hits for item in found)
    if len(given["publication.status"]) == 1:
        return index.by_status.get(given["publication.status"][0], {})
    return index.shown


def _judge(given: dict[str, tuple[str, ...]], seller: Seller) -> Callable[[Offer], bool]:
    checks: list[Callable[[Offer], bool]] = []
    statuses, externals = set(given["publication.status"]), set(given["external.id"])
    if statuses:
        checks.append(lambda offer: offer.status in statuses)
    if externals:
        checks.append(lambda offer: offer.external_id in externals)
    if given["name"]:
        words = given["name"][-1].lower().split()
        checks.append(lambda offer: all(word in offer.name.lower() for word in words))
    if given["category.id"]:
        category = given["category.id"][-1]
        checks.append(lambda offer: offer.category_id == category)
    if given["publication.marketplace"]:
        place = given["publication.marketplace"][-1]
        checks.append(lambda offer: offer.price_on(place, seller.marketplace) is not None)
    if given["sellingMode.format"]:
        checks.append(lambda offer: "BUY_NOW" in given["sellingMode.format"])
    if given["isFulfillment"]:
        checks.append(lambda offer: given["isFulfillment"][-1] != "true")
    checks += _price_checks(given)
    return lambda offer: all(check(offer) for check in checks)


def _price_checks(given: dict[str, tuple[str, ...]]) -> list[Callable[[Offer], bool]]:
    checks: list[Callable[[Offer], bool]] = []
    for name, sign in (("gte", 1), ("lte", -1)):
        bounds = given[f"sellingMode.price.amount.{name}"]
        if bounds:
            checks.append(_bound(bounds[-1], sign))
    return checks


def _bound(text: str, sign: int) -> Callable[[Offer], bool]:
    try:
        bound = Decimal(text)
    except ArithmeticError:
        raise invalid(400, f"{text!r} is no amount", "sellingMode.price.amount") from None
    return lambda offer: (Decimal(offer.price) - bound) * sign >= 0


def _ordered(
    index: ListingIndex, found: list[str], given: dict[str, tuple[str, ...]], seller: Seller
) -> list[str]:
    """By creation, newest first, unless something else is asked for."""
    sort = given["sort"][-1] if given["sort"] else ""
    found.sort(key=lambda item: (index.shown[item].created_at, item), reverse=True)
    place = given["publication.marketplace"][-1:] or (seller.marketplace,)
    keys: dict[str, Callable[[Offer], Any]] = {
        "sellingMode.price.amount": lambda offer: Decimal(
            (offer.price_on(place[0], seller.marketplace) or ("0", ""))[0]
        ),
        "stock.sold": lambda offer: offer.sold,
        "stock.available": lambda offer: offer.available,
    }
    if sort:
        value = keys[sort.lstrip("-")]
        found.sort(key=lambda item: value(index.shown[item]), reverse=sort.startswith("-"))
    return found


def _shown(offer: Offer, seller: Seller, base_url: str) -> dict[str, Any]:
    amount = {"amount": offer.price, "currency": offer.currency}
    return {
        "id": offer.id,
        "name": offer.name,
        "category": {"id": offer.category_id},
        "primaryImage": {"url": picture_url(base_url, offer)},
        "sellingMode": {
            "format": "BUY_NOW",
            "price": amount,
            "priceAutomation": _automation(offer, seller.marketplace),
            "minimalPrice": None,
            "startingPrice": None,
        },
        "saleInfo": {"currentPrice": None, "biddersCount": 0},
        "stock": {"available": offer.available, "sold": offer.sold},
        "stats": {"watchersCount": 0, "visitsCount": offer.sold * 7},
        "publication": {
            "status": offer.status,
            "startingAt": None,
            "startedAt": iso(offer.started_at) if offer.started_at else None,
            "endingAt": None,
            "endedAt": iso(offer.ended_at) if offer.ended_at else None,
            "marketplaces": {
                "base": {"id": seller.marketplace},
                "additional": [{"id": place} for place in offer.elsewhere],
            },
        },
        "afterSalesServices": {name: {"id": value} for name, value in seller.after_sales.items()},
        "additionalServices": None,
        "external": {"id": offer.external_id} if offer.external_id else None,
        "delivery": {"shippingRates": _shipping_rates(offer, seller)},
        "b2b": {"buyableOnlyByBusiness": False},
        "fundraisingCampaign": None,
        "isFulfillment": False,
        "additionalMarketplaces": {
            place: {
                "publication": {"state": state_of(offer, place).state},
                "sellingMode": {
                    "price": {"amount": cost, "currency": currency},
                    "priceAutomation": _automation(offer, place),
                },
                "stats": {"watchersCount": 0, "visitsCount": 0},
                "stock": {"sold": 0},
            }
            for place, (cost, currency) in offer.elsewhere.items()
        },
    }


def _automation(offer: Offer, place: str) -> dict[str, Any] | None:
    rule = offer.price_rules.get(place)
    return {"rule": {"id": rule.rule_id}} if rule else None


def _shipping_rates(offer: Offer, seller: Seller) -> dict[str, Any]:
    chosen = (offer.details.get("delivery") or {}).get("shippingRates") or seller.shipping_rates[0]
    return {"id": chosen["id"]}
