"""A value of Allegro's made ours: written where ours came from, and put back from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.errors import StateConflict
from offers import values
from offers.documents import picture_urls
from offers.enums import Field, OwnSource, base_field
from offers.models import FieldState, Offer, OfferContent, OwnValue
from offers.operations.editing import put_own_value
from offers.operations.ours import note_ours
from offers.operations.setting import set_offer_stock
from offers.queries.taking import followed_product
from products.models import Product
from products.operations import replace_images, update_product


class NotTakable(StateConflict):
    """Allegro's value of this field cannot become ours."""

    code = "value_not_takable"
    title = gettext_lazy("The value cannot be taken over")


class Place(StrEnum):
    """Where a taken value was written."""

    OFFER = "OFFER"
    PRODUCT = "PRODUCT"
    STOCK = "STOCK"


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a taken value was written, and the whole value that stood there (None: there was none)."""

    place: Place
    product_id: int | None = None
    former: Any = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def take_value(
    *, offer: Offer, field: str, actor: User | None, now: datetime, run_id: int | None = None
) -> Taken:
    """Make the value Allegro shows our own, and return what was written where, for taking it back.

    Written to the offer's own value if it has one; else to the product, where this is the only offer
    that sells it, a piece at a time, and no price rule stands between; else to a new own value of the
    offer. Stock sets what lies in the warehouse behind the offer. Our side is computed anew at once.
    Audits. Raises :class:`NotTakable`, and what setting stock or a product raises.
    """
    shown = FieldState.objects.filter(offer=offer, field=field).values_list("theirs", flat=True)
    theirs = shown.first()
    if theirs is None:
        raise NotTakable(remedy=_("Read the offer at Allegro again."))
    if field == Field.STOCK:
        taken = _take_stock(offer, theirs, actor, now, f"{run_id or ''}:{now.isoformat()}")
    else:
        taken = _write(offer, field, _whole(offer, field, theirs), actor, now)
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    audit.record_change(
        "offer.value_taken",
        offer,
        actor,
        now,
        after={"field": field, "value": theirs, "place": taken.place, "run": run_id},
    )
    return taken


@transaction.atomic
def set_own_value(*, offer: Offer, field: str, value: str, actor: User, now: datetime) -> Taken:
    """Make a whole value the offer's own by a person's word; returns what stood there, to put it back.

    From then on the field no longer follows the product. Our side is computed anew at once. Audits.
    """
    former = (
        OwnValue.objects.filter(offer=offer, field=field).values_list("value", flat=True).first()
    )
    put_own_value(offer=offer, field=field, whole=value, actor=actor, now=now)
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    audit.record_change(
        "offer.own_value_set",
        offer,
        actor,
        now,
        {"field": field, "value": former},
        {"field": field, "value": value},
    )
    return Taken(Place.OFFER, former=former)


@transaction.atomic
def give_back_value(
    *, offer: Offer, field: str, taken: Mapping[str, Any], actor: User | None, now: datetime
) -> None:
    """Put back what a :class:`Taken` (as JSON) says stood there before. Audits.

    Raises :class:`NotTakable` for stock, which is counted and never put back.
    """
    if taken["place"] == Place.STOCK:
        raise NotTakable(remedy=_("Correct the stock of the product instead."))
    former = taken["former"]
    if taken["place"] == Place.PRODUCT:
        _set_product(_product(offer, taken["product_id"]), field, former, actor, now)
    elif former is None:
        OwnValue.objects.filter(offer=offer, field=field).delete()
    else:
        _set_own(offer, field, former, actor, now)
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=now)
    audit.record_change(
        "offer.value_given_back", offer, actor, now, after={"field": field, "place": taken["place"]}
    )


def _whole(offer: Offer, field: str, theirs: str) -> str:
    """Allegro's value as it is kept here: of texts and pictures the canonical text is only a hash."""
    kind = base_field(field)
    if kind not in (Field.DESCRIPTION, Field.IMAGES):
        return theirs
    content = OfferContent.objects.filter(offer=offer).first()
    if content is None:
        raise NotTakable(remedy=_("Read the offer at Allegro again."))
    if kind == Field.DESCRIPTION:
        return values.html_of_sections(content.document.get("description"))
    return values.images_value(picture_urls(content.document))


def _write(offer: Offer, field: str, whole: str, actor: User | None, now: datetime) -> Taken:
    own = OwnValue.objects.filter(offer=offer, field=field).first()
    product = None if own else followed_product(offer=offer, field=field)
    if product is None:
        _set_own(offer, field, whole, actor, now)
        return Taken(Place.OFFER, former=own.value if own else None)
    former = _set_product(product, field, whole, actor, now)
    return Taken(Place.PRODUCT, product.pk, former)


def _product(offer: Offer, pk: int) -> Product:
    found: Product = Product.objects.get(organization_id=offer.organization_id, pk=pk)
    return found


def _set_product(
    product: Product, field: str, whole: Any, actor: User | None, now: datetime
) -> Any:
    """Write the whole value into the product; gives what stood there."""
    if field == Field.IMAGES:
        former = list(product.images.order_by("position").values_list("url", flat=True))
        urls = values.images_of(whole)
        replace_images(product=product, urls=urls, actor=actor, now=now)
        return values.images_value(former)
    if field == Field.PRICE:
        return _set_price(product, whole, actor, now)
    name = {Field.TITLE: "name", Field.DESCRIPTION: "description"}[Field(field)]
    former_text = getattr(product, name)
    update_product(product=product, values={name: whole}, actor=actor, now=now)
    return former_text


def _set_price(product: Product, text: str | None, actor: User | None, now: datetime) -> str | None:
    amount, currency = product.selling_price, product.selling_currency
    money = values.price_of(text) if text is not None else None
    update_product(
        product=product,
        values={
            "selling_price": money.amount if money else None,
            "selling_currency": money.currency if money else currency,
        },
        actor=actor,
        now=now,
    )
    return None if amount is None else values.price_text(amount, currency)


def _set_own(offer: Offer, field: str, whole: str, actor: User | None, now: datetime) -> None:
    put_own_value(
        offer=offer, field=field, whole=whole, actor=actor, now=now, source=OwnSource.TAKEN
    )


def _take_stock(offer: Offer, theirs: str, actor: User | None, now: datetime, key: str) -> Taken:
    change = set_offer_stock(
        offer=offer,
        available=values.stock_of(theirs),
        actor=actor,
        now=now,
        key=f"taken:{offer.pk}:{key}",
    )
    return Taken(Place.STOCK, change.product.pk, str(change.before))
