"""What can keep a product from becoming an offer: a stable code, words, a remedy and its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offers.problem_codes import meaning_of


class Code(StrEnum):
    """Obstacles by name, in the order in which they are best mended."""

    ARCHIVED = "ARCHIVED"
    INACTIVE = "INACTIVE"
    TITLE_LENGTH = "TITLE_LENGTH"
    TITLE_WORDS = "TITLE_WORDS"
    TITLE_CHARACTERS = "TITLE_CHARACTERS"
    NO_CATEGORY = "NO_CATEGORY"
    NO_MAPPING = "NO_MAPPING"
    PARAMETERS_UNKNOWN = "PARAMETERS_UNKNOWN"
    PARAMETERS = "PARAMETERS"
    BAD_EAN = "BAD_EAN"
    NO_PRICE = "NO_PRICE"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    PRICE_RULE = "PRICE_RULE"
    NO_PRICE_THERE = "NO_PRICE_THERE"
    NO_STOCK = "NO_STOCK"
    NO_QUANTITY = "NO_QUANTITY"
    NO_IMAGES = "NO_IMAGES"
    BAD_IMAGE_ADDRESS = "BAD_IMAGE_ADDRESS"
    IMAGE_NOT_FETCHED = "IMAGE_NOT_FETCHED"
    NO_SHIPPING_RATES = "NO_SHIPPING_RATES"
    NO_RETURN_POLICY = "NO_RETURN_POLICY"
    NO_IMPLIED_WARRANTY = "NO_IMPLIED_WARRANTY"
    NO_PRODUCER = "NO_PRODUCER"
    NO_SAFETY = "NO_SAFETY"
    NO_LOCATION = "NO_LOCATION"
    NOT_READ = "NOT_READ"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way, for a person: ``words`` what, ``remedy`` what to do, ``link`` where."""

    code: str
    words: str
    remedy: str
    link: str


LABELS: dict[str, Promise] = {
    Code.ARCHIVED: _("Archived"),
    Code.INACTIVE: _("Switched off"),
    Code.TITLE_LENGTH: _("Title too short or too long"),
    Code.TITLE_WORDS: _("Title of fewer than three words"),
    Code.TITLE_CHARACTERS: _("Title with unseen characters"),
    Code.NO_CATEGORY: _("No category"),
    Code.NO_MAPPING: _("No Allegro category"),
    Code.PARAMETERS_UNKNOWN: _("Allegro's questions not read"),
    Code.PARAMETERS: _("Required parameters missing"),
    Code.BAD_EAN: _("Wrong EAN"),
    Code.NO_PRICE: _("No price"),
    Code.OTHER_CURRENCY: _("Another currency"),
    Code.PRICE_RULE: _("The price rule gives no price"),
    Code.NO_PRICE_THERE: _("No price on another marketplace"),
    Code.NO_STOCK: _("Nothing in stock"),
    Code.NO_QUANTITY: _("Quantity unknown"),
    Code.NO_IMAGES: _("No pictures"),
    Code.BAD_IMAGE_ADDRESS: _("Wrong address of a picture"),
    Code.IMAGE_NOT_FETCHED: _("A picture cannot be used"),
    Code.NO_SHIPPING_RATES: _("No delivery prices"),
    Code.NO_RETURN_POLICY: _("No conditions of returning"),
    Code.NO_IMPLIED_WARRANTY: _("No conditions of complaints"),
    Code.NO_PRODUCER: _("No responsible producer"),
    Code.NO_SAFETY: _("No safety information"),
    Code.NO_LOCATION: _("Place of dispatch incomplete"),
    Code.NOT_READ: _("Not read in full yet"),
    "DUPLICATE": _("Sold by another offer"),
}

Where = Callable[[int, int], str]


def _offer(product_id: int, integration_id: int) -> str:
    """A copy of an offer without a product of ours goes by the offer's id, below zero."""
    return reverse("offers:detail", args=[-product_id])


def _product(product_id: int, integration_id: int) -> str:
    if product_id <= 0:
        return _offer(product_id, integration_id) if product_id else reverse("products:list")
    return reverse("products:edit", args=[product_id])


def _product_page(product_id: int, integration_id: int) -> str:
    if product_id <= 0:
        return _product(product_id, integration_id)
    return reverse("products:detail", args=[product_id])


def _mapping(product_id: int, integration_id: int) -> str:
    return reverse("offers:mappings")


def _terms(product_id: int, integration_id: int) -> str:
    return reverse("offers:publish_settings", args=[integration_id])


@dataclass(frozen=True, slots=True)
class _Kind:
    words: Promise
    remedy: Promise
    where: Where


_EDIT = _("Edit the product.")
_CHOOSE = _("Choose it in the settings for new offers of the account.")
_KINDS: dict[Code, _Kind] = {
    Code.ARCHIVED: _Kind(
        _("The product is archived."), _("Restore it first."), _product_page
    ),
    Code.INACTIVE: _Kind(
        _("The product is switched off."), _("Switch it on: edit the product."), _product
    ),
    Code.TITLE_LENGTH: _Kind(
        _("The title has %(length)d characters; Allegro takes 12 to 75."),
        _("Change the product's name, or give another title when publishing."),
        _product,
    ),
    Code.TITLE_WORDS: _Kind(
        _("The title has fewer than three words."),
        _("Say in the name what it is, for example with brand, size or colour."),
        _product,
    ),
    Code.TITLE_CHARACTERS: _Kind(
        _("The title holds characters nobody sees."), _("Write the name anew."), _product
    ),
    Code.NO_CATEGORY: _Kind(
        _("The product has no category."), _("Give it one: edit the product."), _product
    ),
    Code.NO_MAPPING: _Kind(
        _("%(category)s has no Allegro category yet."),
        _("Choose the Allegro category for it."),
        _mapping,
    ),
    Code.PARAMETERS_UNKNOWN: _Kind(
        _("What Allegro asks in this category could not be read."),
        _("Try again in a minute; if it stays, choose the Allegro category anew."),
        _mapping,
    ),
    Code.PARAMETERS: _Kind(
        _("Allegro asks for: %(names)s."),
        _("Fill it in the product, or give a value for the whole category."),
        _mapping,
    ),
    Code.BAD_EAN: _Kind(
        _("The EAN %(ean)s is wrong. %(problem)s"), _("Correct it in the product."), _product
    ),
    Code.NO_PRICE: _Kind(_("The product has no selling price."), _("Enter one."), _product),
    Code.OTHER_CURRENCY: _Kind(
        _("The price is in %(found)s, the account sells in %(wanted)s."),
        _("Enter a price in that currency, or make a price rule."),
        _product,
    ),
    Code.PRICE_RULE: _Kind(
        _("The account's price rule gives no price: %(reason)s."),
        _("Change the product's prices, or the rule."),
        _product,
    ),
    Code.NO_PRICE_THERE: _Kind(
        _("No rule gives a price on %(marketplace)s."),
        _("Make a price rule for that marketplace, or do not choose it."),
        _product,
    ),
    Code.NO_STOCK: _Kind(
        _("Nothing is left to sell in the warehouses of this account."),
        _("Take in stock, or publish it as a draft."),
        _product_page,
    ),
    Code.NO_QUANTITY: _Kind(
        _("No stock is recorded, so nobody knows how many there are."),
        _("Record its stock, or say a quantity when publishing."),
        _product_page,
    ),
    Code.NO_IMAGES: _Kind(
        _("The product has no pictures."), _("Add at least one."), _product
    ),
    Code.BAD_IMAGE_ADDRESS: _Kind(
        _("The picture %(address)s is no web address."), _("Correct the address."), _product
    ),
    Code.IMAGE_NOT_FETCHED: _Kind(
        _("The picture %(address)s cannot be used: %(problem)s"),
        _("Put a JPEG, PNG or WebP at that address, or give another one."),
        _product,
    ),
    Code.NO_SHIPPING_RATES: _Kind(_("No delivery prices are chosen."), _CHOOSE, _terms),
    Code.NO_RETURN_POLICY: _Kind(_("No conditions of returning are chosen."), _CHOOSE, _terms),
    Code.NO_IMPLIED_WARRANTY: _Kind(
        _("No conditions of complaints are chosen."), _CHOOSE, _terms
    ),
    Code.NO_PRODUCER: _Kind(
        _("No responsible producer is chosen, as the GPSR asks."),
        _("Add the producer at Allegro if need be, then choose it for the account's new offers."),
        _terms,
    ),
    Code.NO_SAFETY: _Kind(
        _("There is no safety information, as the GPSR asks."),
        _("Write it once for the account's new offers."),
        _terms,
    ),
    Code.NO_LOCATION: _Kind(
        _("The place goods are sent from is not complete."),
        _("Enter city, post code and province for the account's new offers."),
        _terms,
    ),
    Code.NOT_READ: _Kind(
        _("The offer was not read in full yet, so there is nothing to copy."),
        _("Read it again, then try once more."),
        _offer,
    ),
}  # fmt: skip


def not_read(*, offer_id: int) -> Obstacle:
    """That the offer to copy is not known well enough."""
    return obstacle(Code.NOT_READ, product_id=-offer_id, integration_id=0)


def obstacle(code: Code, *, product_id: int, integration_id: int, **values: Any) -> Obstacle:
    """The obstacle in the reader's language."""
    kind = _KINDS[code]
    words = str(kind.words) % values if values else str(kind.words)
    return Obstacle(code.value, words, str(kind.remedy), kind.where(product_id, integration_id))


def label_of(code: str) -> str:
    """A few words for an obstacle; a code of Allegro's own stands for itself."""
    return str(LABELS[code]) if code in LABELS else meaning_of(code).label


def remedy_of(code: str, *, product_id: int | None, integration_id: int) -> tuple[str, str]:
    """Remedy and link for a code that was kept; empty for codes of Allegro's that are not ours."""
    if code not in Code.__members__:
        return "", ""
    kind = _KINDS[Code(code)]
    if product_id is None and kind.where in (_product, _product_page, _offer):
        return str(kind.remedy), ""
    return str(kind.remedy), kind.where(product_id or 0, integration_id)
