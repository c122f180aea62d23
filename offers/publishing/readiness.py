"""Whether a product can become an offer, and if not, everything that is in the way."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from offers.enums import NotOurs
from offers.publishing.facts import ProductFacts, Terms
from offers.publishing.obstacles import Code, Obstacle, obstacle
from offers.publishing.parameters import fill
from offers.values import TITLE_LONGEST, TITLE_SHORTEST, TITLE_WORDS, title_text
from products.ean import ean_problem

Found = tuple[Code, dict[str, object]]


def readiness(
    product: ProductFacts,
    terms: Terms,
    *,
    activate: bool = True,
    places: Collection[str] = (),
) -> list[Obstacle]:
    """Everything that keeps the product from becoming an offer; nothing means it is ready.

    ``places`` are marketplaces beside the account's own that are to take their price from a rule.

    A draft (``activate`` False) may have no stock yet: the rest is asked of it too, because nobody
    publishes it to leave it unfinished.
    """
    checks = (_state, _title, _category, _ean, _price, _images, _terms)
    found = [one for check in checks for one in check(product, terms)]
    if activate:
        found += _quantity(product)
    found += [
        (Code.NO_PRICE_THERE, {"marketplace": place})
        for place in sorted(places)
        if place not in product.elsewhere
    ]
    order = list(Code)
    found.sort(key=lambda one: order.index(one[0]))
    return [
        obstacle(code, product_id=product.id, integration_id=terms.integration_id, **values)
        for code, values in found
    ]


def _state(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    if product.archived:
        yield Code.ARCHIVED, {}
    elif not product.active:
        yield Code.INACTIVE, {}


def _title(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    title = title_text(product.title)
    if not TITLE_SHORTEST <= len(title) <= TITLE_LONGEST:
        yield Code.TITLE_LENGTH, {"length": len(title)}
    elif len(title.split()) < TITLE_WORDS:
        yield Code.TITLE_WORDS, {}
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co") for letter in title):
        yield Code.TITLE_CHARACTERS, {}


def _category(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    place = product.place
    if place is None:
        if product.our_category:
            yield Code.NO_MAPPING, {"category": product.our_category}
        else:
            yield Code.NO_CATEGORY, {}
        return
    if place.parameters is None:
        yield Code.PARAMETERS_UNKNOWN, {}
        return
    filled = fill(place.parameters, place.fillings, product.fields)
    # Of a product with an EAN Allegro's catalogue knows what it asks of the product itself.
    in_catalogue = bool(product.ean) and not ean_problem(product.ean)
    names = filled.missing_of_offer + ([] if in_catalogue else filled.missing_of_product)
    if names:
        yield Code.PARAMETERS, {"names": ", ".join(names)}


def _ean(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    if problem := ean_problem(product.ean):
        yield Code.BAD_EAN, {"ean": product.ean, "problem": problem}


def _price(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    reason = product.price_reason
    if product.price is None and reason not in ("", NotOurs.NO_PRICE, NotOurs.OTHER_CURRENCY):
        yield Code.PRICE_RULE, {"reason": NotOurs(reason).label}
    elif product.price is None or product.price.amount <= 0:
        yield Code.NO_PRICE, {}
    elif product.price.currency != terms.currency:
        yield Code.OTHER_CURRENCY, {"found": product.price.currency, "wanted": terms.currency}


def _quantity(product: ProductFacts) -> Iterator[Found]:
    if product.quantity is None:
        yield Code.NO_QUANTITY, {}
    elif product.quantity <= 0:
        yield Code.NO_STOCK, {}


def _images(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    if not product.images:
        yield Code.NO_IMAGES, {}
    for address in product.images:
        if not is_web_address(address):
            yield Code.BAD_IMAGE_ADDRESS, {"address": address[:80]}
            return


def is_web_address(address: str) -> bool:
    """Whether it begins like something that can be fetched; whether it may be is seen when it is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _terms(product: ProductFacts, terms: Terms) -> Iterator[Found]:
    wanted = (
        (terms.shipping_rates, Code.NO_SHIPPING_RATES),
        (terms.return_policy, Code.NO_RETURN_POLICY),
        (terms.implied_warranty, Code.NO_IMPLIED_WARRANTY),
        (terms.before_gpsr or terms.producer, Code.NO_PRODUCER),
        (terms.before_gpsr or terms.safety, Code.NO_SAFETY),
        (_has_location(terms), Code.NO_LOCATION),
    )
    yield from ((code, {}) for chosen, code in wanted if not chosen)


def _has_location(terms: Terms) -> bool:
    # A province is asked for in Poland only.
    province = terms.province or terms.country != "PL"
    return bool(terms.city and terms.post_code and province)
