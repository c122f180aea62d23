"""Rules for creating and changing offers. Everything is checked before anything changes."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sandbox.catalogue import tree
from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.errors import ApiError, invalid
from sandbox.journals import write_offer_event
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import (
    OfferError,
    activate,
    changed,
    checked_amount,
    end,
    set_available,
    set_price,
)

Body = dict[str, Any]
Change = Callable[[float], None]

# Parts of a body that are facts of the offer; the rest is kept as the seller wrote it.
_FACTS = ("name", "stock", "sellingMode", "external", "publication", "category", "productSet",
          "additionalMarketplaces")  # fmt: skip
# Fields that name something else by id or by name; answers show ids only.
_REFERENCES = ("contact", "sizeTable", "additionalServices", "fundraisingCampaign")
_LEFT_OUT = ("discounts", "compatibilityList")


def new_offer(world: World, seller: Seller, body: Body) -> Offer:
    """A draft from a request body. Raises ApiError 422 with what is wrong."""
    stock = _available(body)
    if stock is None:
        raise invalid(422, "stock is required", "stock.available")
    name = body.get("name") or _product_of(body).get("name")
    if not name and not _product_of(body).get("id"):
        raise invalid(422, "name or product is required", "name")
    name = _name(name or "Produkt z katalogu Allegro")
    category = (body.get("category") or {}).get("id") or "257931"
    amount = _amount(body, seller.currency)
    publication = (body.get("publication") or {}).get("status")
    if publication in ("ACTIVE", "ACTIVATING") and (amount is None or stock == 0):
        raise invalid(422, "An active offer needs a price and stock above zero", "publication")
    now = world.now
    offer = Offer(
        id=world.identities.offer(),
        seller_id=seller.id,
        name=name,
        category_id=_category(category),
        external_id=_external(body),
        ean=_ean(body),
        product_id=_product_id(body) or world.identities.uuid(),
        price=amount or "1.00",
        currency=seller.currency,
        available=stock,
        initial_stock=stock,
        vat="23.00",
        brand="",
        created_at=now,
        updated_at=now,
        status="INACTIVE",
        elsewhere=_elsewhere(body),
        details=_details(body),
    )
    world.offers[offer.id] = offer
    seller.offers[offer.id] = None
    world.show(offer, now)
    return offer


def publish(world: World, offer: Offer) -> None:
    """Put a checked offer on sale."""
    offer.status = "ACTIVATING"
    activate(world, offer)


@dataclass(frozen=True)
class _Change:
    """A PATCH that has been found right."""

    body: Body
    stock: int | None
    amount: str | None
    elsewhere: dict[str, tuple[str, str]]
    status: str | None

    def apply(self, world: World, offer: Offer) -> None:
        _apply_facts(world, offer, self.body)
        if self.amount is not None:
            set_price(world, offer, self.amount)
        if self.elsewhere:
            offer.elsewhere = {**offer.elsewhere, **self.elsewhere}
        if self.stock is not None:
            set_available(world, offer, self.stock)
        if self.status == "ENDED":
            end(world, offer, "USER")
        elif self.status == "ACTIVE":
            activate(world, offer)
        changed(world, offer)


def checked(world: World, offer: Offer, body: Body) -> Change:
    """What a PATCH will do, after all of it has been found right. Raises ApiError.

    Objects are merged, arrays are replaced whole (allegro-api #8535).
    """
    if not body:
        raise invalid(422, "The body changes nothing")
    if "name" in body:
        _name(body["name"])
    if "category" in body:
        _category((body["category"] or {}).get("id", ""))
    change = _Change(
        body=body,
        stock=_available(body),
        amount=_amount(body, offer.currency),
        elsewhere=_elsewhere(body),
        status=(body.get("publication") or {}).get("status"),
    )
    left = offer.available if change.stock is None else change.stock
    if change.status == "ACTIVE" and offer.status != "ACTIVE" and left == 0:
        raise invalid(422, "An offer can be activated only with stock above zero", "stock")
    return lambda moment: change.apply(world, offer)


def _apply_facts(world: World, offer: Offer, body: Body) -> None:
    if "name" in body:
        offer.name = _name(body["name"])
    if "external" in body:
        offer.external_id = _external(body)
    if "category" in body:
        offer.category_id = body["category"]["id"]
    if "productSet" in body:
        offer.ean = _ean(body) or offer.ean
        offer.product_id = _product_id(body) or offer.product_id
        offer.product_details = {}
    for name, value in _details(body).items():
        present = offer.details.get(name)
        both = isinstance(value, dict) and isinstance(present, dict)
        offer.details[name] = {**(present or {}), **value} if both else value
    quiet = {"stock", "sellingMode", "additionalMarketplaces", "publication", "delivery"}
    if offer.status == "ACTIVE" and set(body) - quiet:
        write_offer_event(world, offer, "OFFER_CHANGED")


def _details(body: Body) -> Body:
    """What the seller wrote beyond the facts, in the shape of an answer."""
    left_out = {*_FACTS, *_LEFT_OUT, *_REFERENCES}
    kept = {name: value for name, value in body.items() if name not in left_out}
    if "parameters" in kept:
        kept["parameters"] = [_parameter(item) for item in kept["parameters"] or []]
    for name in _REFERENCES:
        if (body.get(name) or {}).get("id"):
            kept[name] = {"id": body[name]["id"]}
    for name in ("delivery", "afterSalesServices"):
        if isinstance(body.get(name), dict):
            kept[name] = _by_id(body[name])
    return deepcopy(kept)


def _by_id(values: Body) -> Body:
    """Plain values, and references that give an id, without the name they may give too."""
    return {
        key: {"id": value["id"]} if isinstance(value, dict) else value
        for key, value in values.items()
        if not isinstance(value, dict) or value.get("id")
    }


def _parameter(item: Body) -> Body:
    return {
        "id": item.get("id"),
        "name": item.get("name"),
        "rangeValue": item.get("rangeValue"),
        "values": item.get("values") or [],
        "valuesIds": item.get("valuesIds"),
    }


def _available(body: Body) -> int | None:
    stock = body.get("stock")
    if not isinstance(stock, dict) or "available" not in stock:
        return None
    value = stock["available"]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise invalid(422, "stock.available must be a whole number of 0 or more", "stock.available")
    return value


def _amount(body: Body, currency: str) -> str | None:
    price = (body.get("sellingMode") or {}).get("price")
    if price is None:
        return None
    return _checked_price(price, currency, "sellingMode.price")


def _checked_price(price: Body, currency: str, path: str) -> str:
    if price.get("currency") != currency:
        raise invalid(422, f"The currency must be {currency}", f"{path}.currency")
    try:
        return checked_amount(price.get("amount", ""), currency)
    except OfferError as error:
        raise ApiError(422, error.code, str(error), path=f"{path}.amount") from error


def _elsewhere(body: Body) -> dict[str, tuple[str, str]]:
    found = {}
    for place, value in (body.get("additionalMarketplaces") or {}).items():
        if place not in MARKETPLACES:
            raise invalid(422, f"Unknown marketplace {place}", "additionalMarketplaces")
        price = ((value or {}).get("sellingMode") or {}).get("price")
        if price is not None:
            currency = MARKETPLACES[place][0]
            amount = _checked_price(price, currency, f"additionalMarketplaces.{place}")
            found[place] = (amount, currency)
    return found


def _name(name: Any) -> str:
    if not isinstance(name, str) or not 12 <= len(name) <= 75 or len(name.split()) < 3:
        raise invalid(422, "The name must have 12 to 75 characters and three words", "name")
    return name


def _category(category_id: str) -> str:
    if not tree.exists(category_id) or not tree.category(category_id)["leaf"]:
        raise ApiError(422, "CATEGORY_MISMATCH", f"{category_id} is no leaf", path="category.id")
    return category_id


def _external(body: Body) -> str | None:
    value = (body.get("external") or {}).get("id")
    if value is not None and (not isinstance(value, str) or len(value) > 100):
        raise invalid(422, "external.id must have at most 100 characters", "external.id")
    return value or None


def _product_of(body: Body) -> Body:
    first = (body.get("productSet") or [{}])[0] or {}
    return first.get("product") or {}


def _ean(body: Body) -> str:
    product = _product_of(body)
    if product.get("idType") == "GTIN" or str(product.get("id", "")).isdigit():
        return str(product.get("id", ""))
    for parameter in product.get("parameters") or []:
        if parameter.get("id") == tree.EAN:
            return str((parameter.get("values") or [""])[0])
    return ""


def _product_id(body: Body) -> str | None:
    """The catalogue product the seller named by its UUID; a GTIN is no product id."""
    product_id = str(_product_of(body).get("id") or "")
    return product_id if product_id.count("-") == 4 else None
