"""Single offers read again, because Allegro's journal says that something about them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound
from connectors.allegro.types import OfferListing, OfferParts, ProductOffer
from offers.locks import lock_offers
from offers.models import Offer
from offers.operations.details import ean_of, record_eans
from offers.operations.linking import link_offers
from offers.operations.record import OfferReport, record_offers
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class OfferReading:
    """What Allegro answered about one offer: all of it, only stock and price, or that it is gone."""

    allegro_id: str
    full: ProductOffer | None = None
    parts: OfferParts | None = None

    @property
    def is_gone(self) -> bool:
        return self.full is None and self.parts is None


def read_offer(*, client: AllegroClient, allegro_id: str, in_full: bool) -> OfferReading:
    """Ask Allegro about one offer; writes nothing. ``/parts`` has twice the budget of a full read.

    Raises what the client raises, but for an offer that is gone.
    """
    try:
        if in_full:
            return OfferReading(allegro_id, full=client.offers.get(allegro_id))
        return OfferReading(allegro_id, parts=client.offers.parts(allegro_id))
    except NotFound:
        return OfferReading(allegro_id)


@transaction.atomic
def record_readings(
    *, integration: Integration, readings: Sequence[OfferReading], now: datetime
) -> OfferReport:
    """Write down what was read, through :func:`record_offers`; each offer at most once in ``readings``.

    Stock and price alone are put into what is known of the offer; about one that is not known they
    say nothing. An offer that is gone is marked as missing and never deleted. Offers read in full
    also tell their EAN. Publishes ``offer.changed`` for what was new or different.
    """
    known = _locked(integration, [one.allegro_id for one in readings])
    listings = [
        listing
        for one in readings
        if (listing := _listing(one, known.get(one.allegro_id))) is not None
    ]
    report = record_offers(integration=integration, listings=listings, now=now)
    gone = [one.allegro_id for one in readings if one.is_gone]
    Offer.objects.filter(integration=integration, allegro_id__in=gone, missing_since=None).update(
        missing_since=now, updated_at=now
    )
    _recognise(integration, readings, report, now)
    return report


def known_offers(*, integration: Integration, allegro_ids: Sequence[str]) -> set[str]:
    """Which of the offer numbers are ours already."""
    found = Offer.objects.filter(integration=integration, allegro_id__in=list(allegro_ids))
    return set(found.values_list("allegro_id", flat=True))


def _locked(integration: Integration, allegro_ids: Sequence[str]) -> dict[str, Offer]:
    offers = Offer.objects.filter(integration=integration, allegro_id__in=list(allegro_ids))
    lock_offers(
        organization_id=integration.organization_id,
        offer_ids=list(offers.values_list("pk", flat=True)),
    )
    return {offer.allegro_id: offer for offer in offers}


def _listing(reading: OfferReading, known: Offer | None) -> OfferListing | None:
    """The reading in the shape of a row of the listing, which is what :func:`record_offers` reads."""
    if reading.full is not None:
        return cast("OfferListing", _of_full(reading.full, known))
    if reading.parts is None or known is None:
        return None
    return cast("OfferListing", _of_parts(reading.parts, known))


def _of_full(full: ProductOffer, known: Offer | None) -> dict[str, Any]:
    offer: Mapping[str, Any] = full
    images = offer.get("images")
    picture = images[0] if isinstance(images, list) and images else None
    stock = offer.get("stock")
    available = stock.get("available") if isinstance(stock, Mapping) else None
    return {
        **{name: offer.get(name) for name in ("id", "name", "external", "category", "sellingMode")},
        "publication": _publication(offer.get("publication"), known),
        # What was sold in 30 days only the listing knows.
        "stock": {"available": available, "sold": known.stock_sold if known else None},
        "primaryImage": {"url": picture.get("url") if isinstance(picture, Mapping) else picture},
        # Only the listing tells it.
        "isFulfillment": known is not None and known.fulfilled_by_allegro,
    }


def _publication(told: object, known: Offer | None) -> dict[str, Any]:
    """The base marketplace of an offer never changes, and a full read need not name it."""
    publication = dict(told) if isinstance(told, Mapping) else {}
    places = publication.get("marketplaces")
    if known is not None and not (isinstance(places, Mapping) and places.get("base")):
        publication["marketplaces"] = {"base": {"id": known.marketplace}}
    return publication


def _of_parts(parts: OfferParts, known: Offer) -> dict[str, Any]:
    stock, selling = parts.get("stock"), parts.get("sellingMode")
    price = selling.get("price") if isinstance(selling, Mapping) else None
    if price is None and known.price is not None:
        price = {"amount": f"{known.price:f}", "currency": known.currency}
    return {
        "id": known.allegro_id,
        "isFulfillment": known.fulfilled_by_allegro,
        "name": known.title,
        "external": {"id": known.external_id} if known.external_id else None,
        "category": {"id": known.category_id},
        "sellingMode": {"price": price},
        "stock": {
            "available": stock.get("available")
            if isinstance(stock, Mapping)
            else known.stock_available,
            "sold": known.stock_sold,
        },
        "publication": {
            "status": known.publication_status,
            "marketplaces": {"base": {"id": known.marketplace}},
        },
        "primaryImage": {"url": known.image_url},
    }


def _recognise(
    integration: Integration, readings: Sequence[OfferReading], report: OfferReport, now: datetime
) -> None:
    pks = {one.allegro_id: one.id for one in [*report.created, *report.updated]}
    eans = {
        pks[one.allegro_id]: ean_of(one.full)
        for one in readings
        if one.full is not None and one.allegro_id in pks
    }
    if eans:
        record_eans(integration=integration, eans=eans, now=now)
    rest = sorted(set(pks.values()) - set(eans))
    if rest:
        link_offers(organization_id=integration.organization_id, offer_ids=rest, now=now)
