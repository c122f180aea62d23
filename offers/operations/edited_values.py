"""Values a person gives an offer: the form they are kept in, and whether Allegro would take them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.money import Money
from offers import values
from offers.enums import Field, base_field
from offers.models import Offer, OfferMarketplace
from offers.ours.computing import MOST_IMAGES

HIGHEST_PRICE = 10**10


def clean_value(field: str, whole: str) -> str:
    """A whole value as it is kept: the form it has at Allegro, and only the tags Allegro takes."""
    kind = base_field(field)
    if kind == Field.TITLE:
        return values.title_text(whole)
    if kind == Field.DESCRIPTION:
        return values.description_html(whole)
    if kind == Field.PRICE:
        money = values.price_of(whole)
        return values.price_text(money.amount, money.currency)
    return whole


def value_problem(offer: Offer, field: str, whole: str) -> str:
    """Why Allegro would refuse the value; empty when it would not, as far as is known."""
    kind = base_field(field)
    if kind == Field.TITLE and not values.title_fits(whole):
        return _("A title has 12 to 75 characters and at least three words.")
    if kind == Field.DESCRIPTION and not values.description_html(whole):
        return _("A description cannot be empty.")
    if kind == Field.IMAGES:
        return _image_problem(values.images_of(whole))
    if kind == Field.PRICE:
        return _price_problem(offer, field, whole)
    return ""


def _image_problem(urls: list[str]) -> str:
    if not urls:
        return _("An offer needs at least one picture.")
    if len(urls) > MOST_IMAGES:
        return _("An offer has at most %(n)d pictures.") % {"n": MOST_IMAGES}
    wrong = next((one for one in urls if not one.startswith(("https://", "http://"))), None)
    return _("“%(url)s” is no address of a picture.") % {"url": wrong[:80]} if wrong else ""


def _price_problem(offer: Offer, field: str, whole: str) -> str:
    try:
        money = values.price_of(whole)
    except values.UnreadableValue:
        return _("A price is an amount like 129.90.")
    marketplace = field.partition("@")[2]
    currency = offer.currency
    if marketplace:
        places = OfferMarketplace.objects.filter(offer=offer, marketplace=marketplace)
        currency = places.values_list("currency", flat=True).first() or ""
        if not currency:
            return _("The offer is not on this marketplace.")
    return _amount_problem(money, currency)


def _amount_problem(money: Money, currency: str) -> str:
    if not 0 < money.amount < HIGHEST_PRICE:
        return _("A price is more than 0.")
    if money.amount != money.rounded(2).amount:
        return _("A price has at most two decimals.")
    if currency and money.currency != currency:
        return _("The price must be in %(currency)s.") % {"currency": currency}
    return ""
