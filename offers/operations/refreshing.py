"""Single offers read again, because Allegro's journal says that something about them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound
from connectors.allegro.types import OfferListing, OfferParts, ProductOffer
from offers.documents import FoundMarketplace, marketplaces_of
from offers.locks import lock_offers
from offers.models import Offer
from offers.operations.details import ean_of, record_eans
from offers.operations.documents import keep_documents, keep_marketplaces
from offers.operations.linking import link_offers
from offers.operations.making_products import make_missing_products
from offers.operations.record import record_read_offers
from offers.operations.reports import OfferReport
from offers.operations.seeing import note_seen
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class OfferReading:
    """What Allegro answered about one offer: all of it, only stock and price, or that it is gone.

    ``asked_at`` is the moment before the call, so that of two readings the later asked counts.
    ``changed_at`` is when Allegro's journal says that the offer changed, if it was the journal.
    """

    allegro_id: str
    full: ProductOffer | None = None
    parts: OfferParts | None = None
    asked_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        return self.full is None and self.parts is None


def read_offer(
    *,
    client: AllegroClient,
    allegro_id: str,
    in_full: bool,
    changed_at: datetime | None = None,
) -> OfferReading:
    """Ask Allegro about one offer; writes nothing. ``/parts`` has twice the budget of a full read.

    Raises what the client raises, but for an offer that is gone.
    """
    asked_at = timezone.now()
    full: ProductOffer | None = None
    parts: OfferParts | None = None
    try:
        if in_full:
            full = client.offers.get(allegro_id)
        else:
            parts = client.offers.parts(allegro_id)
    except NotFound:
        full = parts = None
    return OfferReading(allegro_id, full, parts, asked_at, changed_at)


@transaction.atomic
def record_readings(
    *, integration: Integration, readings: Sequence[OfferReading], now: datetime
) -> OfferReport:
    """Write down what was read: the offer's values, and of a full reading its document and EAN.

    Each offer at most once in ``readings``. Stock and price alone are put into what is known of the
    offer; about one that is not known they say nothing. A reading asked for before the one already
    kept is left out. An offer that is gone is marked as missing and never deleted. Publishes
    ``offer.changed`` for what was new or different, and notes what Allegro shows, field by field.
    """
    known = _locked(integration, [one.allegro_id for one in readings])
    readings = [one for one in readings if not _is_older(one, known.get(one.allegro_id))]
    listings = [
        listing
        for one in readings
        if (listing := _listing(one, known.get(one.allegro_id))) is not None
    ]
    report = record_read_offers(integration=integration, listings=listings, now=now)
    gone = [one.allegro_id for one in readings if one.is_gone]
    Offer.objects.filter(integration=integration, allegro_id__in=gone, missing_since=None).update(
        missing_since=now, updated_at=now
    )
    pks = {one.allegro_id: one.id for one in report.kept}
    _keep_beyond(integration, readings, pks, now)
    _recognise(integration, readings, pks, report, now)
    return report


def record_document(
    *, integration: Integration, document: ProductOffer, now: datetime
) -> OfferReport:
    """:func:`record_readings` for one offer in full, as Allegro answers a read or a write of it."""
    reading = OfferReading(str(document.get("id") or ""), full=document, asked_at=now)
    return record_readings(integration=integration, readings=[reading], now=now)


def give_up_reading(*, integration: Integration, allegro_ids: Sequence[str]) -> None:
    """Allegro refuses to show these in full: do not ask again until its listing shows news of them."""
    Offer.objects.filter(integration=integration, allegro_id__in=list(allegro_ids)).update(
        read_wanted_at=None
    )


def known_offers(*, integration: Integration, allegro_ids: Sequence[str]) -> set[str]:
    """Which of the offer numbers are offers of ours that were read in full already."""
    found = Offer.objects.filter(
        integration=integration, allegro_id__in=list(allegro_ids), read_at__isnull=False
    )
    return set(found.values_list("allegro_id", flat=True))


def _is_older(reading: OfferReading, known: Offer | None) -> bool:
    return (
        reading.asked_at is not None
        and known is not None
        and known.read_at is not None
        and reading.asked_at < known.read_at
    )


def _keep_beyond(
    integration: Integration, readings: Sequence[OfferReading], pks: dict[str, int], now: datetime
) -> None:
    """What a reading tells beyond the values of the listing, and when it was."""
    documents: dict[int, Mapping[str, Any]] = {}
    places: dict[int, list[FoundMarketplace]] = {}
    seen: dict[int, datetime] = {}
    for one in readings:
        pk = pks.get(one.allegro_id)
        if pk is None:
            continue
        seen[pk] = one.changed_at or one.asked_at or now
        if one.full is not None:
            documents[pk] = one.full
        elif one.parts is not None:
            places[pk] = marketplaces_of(one.parts)
    asked = {pks[one.allegro_id]: one.asked_at for one in readings if one.allegro_id in pks}
    _read_at(documents, asked, now, in_full=True)
    _read_at(places, asked, now, in_full=False)
    if documents:
        keep_documents(integration=integration, documents=documents, at=now)
    if places:
        keep_marketplaces(integration=integration, found=places, at=now, is_all=False)
    note_seen(integration=integration, seen=seen)


def _read_at(
    offers: Mapping[int, object],
    asked: Mapping[int, datetime | None],
    now: datetime,
    *,
    in_full: bool,
) -> None:
    """Readings of a batch were asked for within seconds; the earliest moment is the careful one."""
    if not offers:
        return
    at = min(asked[pk] or now for pk in offers)
    read = Offer.objects.filter(pk__in=offers)
    read.filter(Q(read_at=None) | Q(read_at__lt=at)).update(read_at=at)
    if in_full:
        read.filter(read_wanted_at__lte=at).update(read_wanted_at=None)


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
    integration: Integration,
    readings: Sequence[OfferReading],
    pks: Mapping[str, int],
    report: OfferReport,
    now: datetime,
) -> None:
    """Link what is new or different; an offer read in full again without news keeps its link."""
    unread = set(
        Offer.objects.filter(pk__in=pks.values(), details_read_at=None).values_list("pk", flat=True)
    )
    written = {*report.written_ids, *unread}
    eans = {
        pks[one.allegro_id]: ean_of(one.full)
        for one in readings
        if one.full is not None and pks.get(one.allegro_id) in written
    }
    if eans:
        report.linked_ids += record_eans(integration=integration, eans=eans, now=now).linked_ids
    rest = sorted(set(report.written_ids) - set(eans))
    if rest:
        links = link_offers(organization_id=integration.organization_id, offer_ids=rest, now=now)
        report.linked_ids += links.linked_ids
    report.linked_ids += make_missing_products(
        integration=integration, offer_ids=sorted(written), now=now
    )
