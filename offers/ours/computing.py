"""Our value of a field: the offer's own, else the product's, else the reason why there is none. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offers import values
from offers.enums import Field, NotOurs, PublicationStatus, base_field
from offers.ours.facts import Account, OfferSide, Part
from offers.pricing import Priced, listed_price, ruled_price

# Allegro takes no more pictures than this of an offer.
MOST_IMAGES = 16


@dataclass(frozen=True, slots=True)
class Ours:
    """The canonical text and, where that is a hash, the whole value; or the reason why none.

    ``reason`` is a :class:`~offers.enums.NotOurs`. ``is_own``: by a person's word for this offer.
    """

    text: str | None
    reason: str = ""
    whole: str = ""
    is_own: bool = False
    priced: Priced | None = None


def ours_of(side: OfferSide, field: str, account: Account) -> Ours:
    """Our side of one field of an offer."""
    kind = base_field(field)
    if field in side.own and kind != Field.STOCK:
        return _own(kind, side.own[field], account)
    if kind == Field.STATUS:
        return _status(side, account)
    if kind == Field.STOCK:
        return _stock(side)
    if reason := _silent(side):
        return Ours(None, reason)
    if kind == Field.PRICE:
        return _price(side, field, account)
    part = side.only
    if part is None:
        return Ours(None, NotOurs.SEVERAL_PRODUCTS.value)
    return _FROM_PRODUCT[kind](part, account)


def canonical(field: str, whole: str, account: Account) -> str:
    """The canonical text of a whole value of a field."""
    kind = base_field(field)
    if kind == Field.DESCRIPTION:
        return values.description_text(whole)
    if kind == Field.IMAGES:
        return values.images_text(values.images_of(whole), at_allegro=account.pictures)
    return whole


def price_from_rules(side: OfferSide, field: str, account: Account) -> Priced:
    """The price as the account's rule for the marketplace, or the selling price alone, gives it."""
    marketplace = field.partition("@")[2]
    terms = account.rules.get(marketplace)
    costs = [part.cost for part in side.parts]
    if terms is not None:
        return ruled_price(costs, terms=terms, rates=account.rates)
    if marketplace:
        return Priced(None, NotOurs.NO_RULE.value)
    return listed_price(costs, currency=side.currency)


def _own(kind: Field, value: str, account: Account) -> Ours:
    return Ours(canonical(kind, value, account), whole=value, is_own=True)


def _silent(side: OfferSide) -> str:
    """Why the product says nothing about this offer at all."""
    ended = side.status == PublicationStatus.ENDED
    reasons = (
        (not side.parts, NotOurs.UNLINKED),
        (any(part.archived for part in side.parts), NotOurs.ARCHIVED),
        (not all(part.syncs for part in side.parts), NotOurs.SYNC_OFF),
        (side.status == PublicationStatus.INACTIVE, NotOurs.DRAFT),
        # An offer that only ran out comes back with its stock, and then with these values.
        (ended and not side.ran_out, NotOurs.ENDED),
    )
    return next((reason.value for applies, reason in reasons if applies), "")


def _stock(side: OfferSide) -> Ours:
    target = side.target
    if target is None or target.quantity is None:
        return Ours(None, NotOurs(target.reason if target else NotOurs.UNLINKED).value)
    return Ours(values.stock_text(target.quantity))


def _price(side: OfferSide, field: str, account: Account) -> Ours:
    found = price_from_rules(side, field, account)
    if found.price is None:
        return Ours(None, found.reason, priced=found)
    text = values.price_text(found.price.amount, found.price.currency)
    return Ours(text, priced=found)


def _title(part: Part, account: Account) -> Ours:
    title = values.title_text(part.name)
    if not title:
        return Ours(None, NotOurs.NO_TITLE.value)
    return Ours(title) if values.title_fits(title) else Ours(None, NotOurs.BAD_TITLE.value)


def _description(part: Part, account: Account) -> Ours:
    text = values.description_text(part.description)
    if not text:
        return Ours(None, NotOurs.NO_DESCRIPTION.value)
    return Ours(text, whole=values.description_html(part.description))


def _images(part: Part, account: Account) -> Ours:
    urls = list(part.images[:MOST_IMAGES])
    if not urls:
        return Ours(None, NotOurs.NO_IMAGES.value)
    text = values.images_text(urls, at_allegro=account.pictures)
    return Ours(text, whole=values.images_value(urls))


_FROM_PRODUCT: dict[Field, Callable[[Part, Account], Ours]] = {
    Field.TITLE: _title,
    Field.DESCRIPTION: _description,
    Field.IMAGES: _images,
}


def _status(side: OfferSide, account: Account) -> Ours:
    """What the product's being offered or not means for the offer's.

    An offer whose product is not offered any more is to end, and one that ended for that comes back
    with it. Otherwise it is left as it is: that a product is offered does not say that each of its
    offers should be on sale, and one that ran out or was ended at Allegro must not come back by itself.
    """
    if not side.parts:
        return Ours(None, NotOurs.UNLINKED.value)
    if side.status == PublicationStatus.INACTIVE:
        return Ours(None, NotOurs.DRAFT.value)
    if not all(part.syncs for part in side.parts):
        return Ours(None, NotOurs.SYNC_OFF.value)
    if not all(part.is_offered(account.today) for part in side.parts):
        return Ours(PublicationStatus.ENDED.value)
    if side.status != PublicationStatus.ENDED:
        return Ours(None, NotOurs.AS_THERE.value)
    noted = side.noted.get(Field.STATUS)
    ended_by_us = noted is not None and noted.base == PublicationStatus.ENDED and bool(noted.ours)
    if ended_by_us and not side.ran_out:
        return Ours(PublicationStatus.ACTIVE.value)
    return Ours(None, NotOurs.ENDED.value)
