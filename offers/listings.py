"""Reading a row of Allegro's offer listing into the values we keep. No database in here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from connectors.allegro.money import UnreadableAmount, amount_of
from core.errors import HubError

MAX_ALLEGRO_ID = 40
MAX_EXTERNAL_ID = 100
MAX_TITLE = 200

# What only the listing tells, so that it is right about it.
LISTED_ONLY = ("stock_sold", "fulfilled_by_allegro")


class UnreadableListing(HubError):
    """One row of the listing makes no sense; the other rows are not touched by that."""

    status = 502
    code = "unreadable_listing"
    title = "Allegro's listing holds an offer that cannot be read"


@dataclass(frozen=True, slots=True)
class ListedOffer:
    """What the listing says of one offer. Price is gross."""

    allegro_id: str
    external_id: str
    title: str
    category_id: str
    price: Decimal | None
    currency: str
    stock_available: int | None
    stock_sold: int | None
    publication_status: str
    marketplace: str
    image_url: str
    fulfilled_by_allegro: bool = False

    @property
    def content_hash(self) -> str:
        """A fingerprint of what reading the offer tells too; equal ones mean nothing is different."""
        values = asdict(self) | {"price": None if self.price is None else f"{self.price:f}"}
        for name in LISTED_ONLY:
            del values[name]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def read_listing(listing: Mapping[str, Any]) -> ListedOffer:
    """Read one row; nulls are Allegro's habit and mean "none". Raises :class:`UnreadableListing`.

    An external id keeps its spelling but for surrounding blanks, which people paste along.
    """
    allegro_id = listing.get("id")
    if not isinstance(allegro_id, str) or not 0 < len(allegro_id) <= MAX_ALLEGRO_ID:
        raise _unreadable(_("an offer without a usable number"))
    price, currency = _price(listing)
    return ListedOffer(
        allegro_id=allegro_id,
        external_id=_text(_within(listing, "external").get("id"))[:MAX_EXTERNAL_ID],
        title=_text(listing.get("name"))[:MAX_TITLE],
        category_id=_text(_within(listing, "category").get("id")),
        price=price,
        currency=currency,
        stock_available=_whole(_within(listing, "stock").get("available")),
        stock_sold=_whole(_within(listing, "stock").get("sold")),
        publication_status=_text(_within(listing, "publication").get("status")),
        marketplace=_text(_within(listing, "publication", "marketplaces", "base").get("id")),
        image_url=_text(_within(listing, "primaryImage").get("url"))[:1000],
        fulfilled_by_allegro=listing.get("isFulfillment") is True,
    )


def _price(listing: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    stated = _within(listing, "sellingMode").get("price")
    if stated is None:
        return None, ""
    try:
        amount, currency = amount_of(stated)
        exact = amount.quantize(Decimal("0.01"))
    except (UnreadableAmount, ArithmeticError) as error:
        raise _unreadable(_("a price that is no amount of money")) from error
    if exact != amount or abs(exact) >= Decimal(10) ** 12:
        raise _unreadable(_("a price with fractions of a cent, or beyond all measure"))
    return exact, currency


def _unreadable(what: str) -> UnreadableListing:
    return UnreadableListing(
        _("The listing shows %(what)s.") % {"what": what},
        remedy=_("Open the offer at Allegro and save it again; the next sync reads it anew."),
    )


def _within(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        inner = value.get(name)
        if not isinstance(inner, Mapping):
            return {}
        value = inner
    return value


def _text(value: object) -> str:
    # PostgreSQL stores no NUL characters.
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
