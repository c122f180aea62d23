"""Creating and changing offers. Everything is checked before anything changes."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import dataclass
from math import inf
from typing import Any

from sandbox import offer_fields as fields
from sandbox.errors import invalid, together
from sandbox.journals import write_offer_event
from sandbox.offer_document import bare_document
from sandbox.product_sets import elements, shown_parameter
from sandbox.qualification import ask
from sandbox.requirements import problems
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import activate, changed, end, set_available, set_price

Body = dict[str, Any]
Change = Callable[[float], None]

# Parts of a body that are facts of the offer; the rest is kept as the seller wrote it.
_FACTS = ("name", "stock", "sellingMode", "external", "publication", "category", "productSet",
          "additionalMarketplaces")  # fmt: skip
# Fields that name something else by id or by name; answers show ids only.
_REFERENCES = ("contact", "sizeTable", "additionalServices", "fundraisingCampaign")
_LEFT_OUT = ("discounts", "compatibilityList")
# Fields whose change asks nothing else of the offer: done at once, whatever is wrong with it.
QUICK = {"stock", "sellingMode", "additionalMarketplaces"}
_QUIET = {*QUICK, "publication", "delivery"}
# A new offer has nothing that was not sent; seeded ones have the usual.
_NOTHING: Body = {
    "parameters": [],
    "images": [],
    "description": None,
    "delivery": {"handlingTime": None, "shippingRates": None},
    "afterSalesServices": {"returnPolicy": None, "impliedWarranty": None, "warranty": None},
}


def new_offer(world: World, seller: Seller, body: Body) -> Offer:
    """A draft from a request body, not in the world yet. Raises ApiError 422 with what is wrong."""
    stock = fields.available(body)
    if stock is None:
        raise invalid(422, "stock is required", "stock.available")
    found = elements(world, seller, body)
    first = found[0][0] if found else None
    name = body.get("name") or (first.name if first else None)
    if not name:
        raise invalid(422, "name or product is required", "name")
    category = (body.get("category") or {}).get("id") or (first.category_id if first else "257931")
    amount = fields.amount(body, seller.currency)
    if wants_sale(body) and (amount is None or stock == 0):
        raise invalid(422, "An active offer needs a price and stock above zero", "publication")
    places = fields.elsewhere(body, seller.marketplace)
    now = world.now
    offer = Offer(
        id=world.identities.offer(),
        seller_id=seller.id,
        name=fields.name(name),
        category_id=fields.category(str(category)),
        external_id=fields.external(body),
        ean=first.ean if first else "",
        product_id=first.id if first else world.identities.uuid(),
        price=amount or "1.00",
        currency=seller.currency,
        available=stock,
        initial_stock=stock,
        vat="23.00",
        brand=first.brand if first else "",
        created_at=now,
        updated_at=now,
        status="INACTIVE",
        elsewhere={place: price for place, price in places.items() if price},
        product_set=[shown for _, shown in found],
        details=deepcopy(_NOTHING),
    )
    if first and first.images:
        offer.details["images"] = list(first.images)
    _write_details(offer, seller, body)
    return offer


def enter(world: World, seller: Seller, offer: Offer) -> None:
    """Take a new offer into the world."""
    world.offers[offer.id] = offer
    seller.offers[offer.id] = None
    use_images(world, offer)
    ask(world, offer, list(offer.elsewhere))
    world.show(offer, world.now)


def wants_sale(body: Body) -> bool:
    return (body.get("publication") or {}).get("status") in ("ACTIVE", "ACTIVATING")


def check_ready(world: World, seller: Seller, offer: Offer) -> None:
    """Raises ApiError 422 with everything that keeps the offer from sale."""
    found = problems(world, seller, bare_document(offer, seller, ""))
    if found:
        raise together(found)


def publish(world: World, offer: Offer) -> None:
    """Put a checked offer on sale."""
    offer.status = "ACTIVATING"
    activate(world, offer)


def use_images(world: World, offer: Offer) -> None:
    """An uploaded image that an offer shows stays."""
    for image in offer.details.get("images") or ():
        if world.images.get(image, 0.0) > world.now:
            world.images[image] = inf


@dataclass(frozen=True)
class _Change:
    """A PATCH that has been found right."""

    body: Body
    draft: Offer
    stock: int | None
    amount: str | None
    elsewhere: dict[str, tuple[str, str] | None]
    status: str | None

    def apply(self, world: World, offer: Offer) -> None:
        for name in ("name", "external_id", "category_id", "ean", "product_id", "brand",
                     "product_set", "product_details", "details"):  # fmt: skip
            setattr(offer, name, getattr(self.draft, name))
        use_images(world, offer)
        if offer.status == "ACTIVE" and set(self.body) - _QUIET:
            write_offer_event(world, offer, "OFFER_CHANGED")
        if self.amount is not None:
            set_price(world, offer, self.amount)
        self._places(world, offer)
        if self.stock is not None:
            set_available(world, offer, self.stock)
        if self.status == "ENDED":
            end(world, offer, "USER")
        elif self.status == "ACTIVE":
            activate(world, offer)
        changed(world, offer)

    def _places(self, world: World, offer: Offer) -> None:
        for place, price in self.elsewhere.items():
            if price is None:
                offer.elsewhere = {k: v for k, v in offer.elsewhere.items() if k != place}
            elif place in offer.elsewhere:
                set_price(world, offer, price[0], place)
            else:
                offer.elsewhere = {**offer.elsewhere, place: price}
                ask(world, offer, [place])


def checked(world: World, seller: Seller, offer: Offer, body: Body) -> Change:
    """What a PATCH will do, after all of it has been found right. Raises ApiError.

    Objects are merged, arrays are replaced whole (allegro-api #8535).
    """
    if not body:
        raise invalid(422, "The body changes nothing")
    change = _Change(
        body=body,
        draft=_draft(world, seller, offer, body),
        stock=fields.available(body),
        amount=fields.amount(body, offer.currency),
        elsewhere=fields.elsewhere(body, seller.marketplace),
        status=(body.get("publication") or {}).get("status"),
    )
    left = offer.available if change.stock is None else change.stock
    if change.status == "ACTIVE" and offer.status != "ACTIVE" and left == 0:
        raise invalid(422, "An offer can be activated only with stock above zero", "stock")
    return lambda moment: change.apply(world, offer)


def checked_requirements(world: World, seller: Seller, offer: Offer, body: Body) -> None:
    """Changing more than price and stock looks at the whole offer (allegro-api #10893), if it is
    on sale or shall be. Raises ApiError 422."""
    if (offer.status == "ACTIVE" and set(body) - QUICK) or wants_sale(body):
        check_ready(world, seller, _draft(world, seller, offer, body))


def _draft(world: World, seller: Seller, offer: Offer, body: Body) -> Offer:
    """The offer as it would be, but for price, stock and status."""
    draft = copy(offer)
    if "name" in body:
        draft.name = fields.name(body["name"])
    if "external" in body:
        draft.external_id = fields.external(body)
    if "category" in body:
        draft.category_id = fields.category(str((body["category"] or {}).get("id", "")))
    if "productSet" in body:
        found = elements(world, seller, {"category": {"id": draft.category_id}, **body})
        draft.product_set, draft.product_details = [shown for _, shown in found], {}
        if found:
            first = found[0][0]
            draft.ean, draft.product_id, draft.brand = first.ean, first.id, first.brand
    _write_details(draft, seller, body)
    return draft


def _write_details(offer: Offer, seller: Seller, body: Body) -> None:
    # The listing shares an offer's dicts with its copies: they are replaced, never changed.
    details = dict(offer.details)
    for name, value in _details(seller, body).items():
        present = details.get(name)
        both = isinstance(value, dict) and isinstance(present, dict)
        details[name] = {**(present or {}), **value} if both else value
    offer.details = details


def _details(seller: Seller, body: Body) -> Body:
    """What the seller wrote beyond the facts, in the shape of an answer."""
    left_out = {*_FACTS, *_LEFT_OUT, *_REFERENCES}
    kept = {name: value for name, value in body.items() if name not in left_out}
    if "parameters" in kept:
        kept["parameters"] = [shown_parameter(item) for item in kept["parameters"] or []]
    for name in _REFERENCES:
        if (body.get(name) or {}).get("id"):
            kept[name] = {"id": body[name]["id"]}
    if isinstance(body.get("delivery"), dict):
        kept["delivery"] = _by_id(body["delivery"], _rates_by_name(seller))
    if isinstance(body.get("afterSalesServices"), dict):
        kept["afterSalesServices"] = _by_id(body["afterSalesServices"], {})
    republish = (body.get("publication") or {}).get("republish")
    if republish is not None:
        kept["publication"] = {"republish": republish}
    return deepcopy(kept)


def _rates_by_name(seller: Seller) -> dict[str, str]:
    return {rates["name"]: rates["id"] for rates in seller.shipping_rates}


def _by_id(values: Body, by_name: dict[str, str]) -> Body:
    """Plain values, and references by id, also where a name of the seller's own was given."""
    found: Body = {}
    for key, value in values.items():
        if not isinstance(value, dict):
            found[key] = value
        elif value.get("id") or value.get("name") in by_name:
            found[key] = {"id": value.get("id") or by_name[value["name"]]}
    return found
