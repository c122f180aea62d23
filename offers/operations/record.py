"""Writing down values of offers, all of a page in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from connectors.allegro.types import OfferListing
from core.outbox import publish
from offers.listings import LISTED_ONLY, ListedOffer, UnreadableListing, read_listing
from offers.locks import lock_offers
from offers.models import Offer
from offers.operations.reports import OfferReport, RecordedOffer, Unreadable
from settings_app.models import Integration

COLUMNS = (
    "allegro_id", "external_id", "title", "category_id", "price", "currency", "stock_available",
    "stock_sold", "publication_status", "marketplace", "image_url",
    "fulfilled_by_allegro", "content_hash",
)  # fmt: skip
_TYPES = {
    "price": "numeric",
    "stock_available": "integer",
    "stock_sold": "integer",
    "fulfilled_by_allegro": "boolean",
}
RECORD = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
_LISTED = ", ".join(COLUMNS)
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "allegro_id")

# xmax is 0 on a row this statement inserted, and its own transaction on one it updated.
_UPSERT = f"""
    INSERT INTO offers_offer AS offer (organization_id, integration_id, {_LISTED}, ean, link_state,
        listed_hash, read_wanted_at, first_seen_at, remote_seen_at, created_at, updated_at)
    SELECT %(organization)s, %(integration)s, {_LISTED}, '', 'UNLINKED',
        CASE WHEN %(reading)s THEN '' ELSE content_hash END,
        CASE WHEN NOT %(reading)s THEN %(now)s::timestamptz END, %(now)s, %(now)s, %(now)s, %(now)s
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS listed ({RECORD})
    ORDER BY allegro_id
    ON CONFLICT (integration_id, allegro_id) DO UPDATE SET {_CHANGES},
        remote_seen_at = excluded.remote_seen_at, updated_at = excluded.updated_at,
        missing_since = NULL,
        details_read_at = CASE WHEN offer.external_id = excluded.external_id
            THEN offer.details_read_at END,
        listed_hash = CASE WHEN %(reading)s THEN offer.listed_hash ELSE excluded.listed_hash END
    WHERE (%(reading)s OR offer.read_at IS NULL) AND (
        offer.content_hash <> excluded.content_hash OR offer.missing_since IS NOT NULL
        OR offer.stock_sold IS DISTINCT FROM excluded.stock_sold
        OR offer.fulfilled_by_allegro <> excluded.fulfilled_by_allegro)
    RETURNING offer.id, offer.allegro_id, offer.title, offer.xmax = 0
"""  # noqa: S608 -- only our own column names are put in


@transaction.atomic
def record_read_offers(
    *, integration: Integration, listings: Sequence[OfferListing], now: datetime
) -> OfferReport:
    """Keep the values of offers that were read one by one, in the shape of rows of the listing.

    They count whatever was known. Publishes ``offer.changed`` for what was new or different.
    """
    report, listed = readable_rows(listings)
    known = known_of(integration, listed)
    stale = []
    for allegro_id, one in listed.items():
        offer = known.get(allegro_id)
        if offer is not None and is_as_known(one, offer):
            report.unchanged.append(RecordedOffer(offer.pk, allegro_id, offer.title))
        else:
            stale.append(one)
    if stale:
        write_rows(
            integration=integration, stale=stale, known=known, now=now, report=report, reading=True
        )
    tell_changed(integration, report)
    return report


def readable_rows(listings: Sequence[OfferListing]) -> tuple[OfferReport, dict[str, ListedOffer]]:
    report = OfferReport()
    listed: dict[str, ListedOffer] = {}
    for listing in listings:
        try:
            one = read_listing(listing)
        except UnreadableListing as error:
            shown = str(listing.get("id") or "?")[:40], str(listing.get("name") or "")[:200]
            report.unreadable.append(Unreadable(*shown, error))
        else:
            listed[one.allegro_id] = one
    return report, listed


def known_of(integration: Integration, listed: Iterable[str]) -> dict[str, Offer]:
    offers = Offer.objects.filter(integration=integration, allegro_id__in=list(listed)).only(
        "id", "allegro_id", "title", "content_hash", "listed_hash", "read_at", "missing_since",
        *LISTED_ONLY,
    )  # fmt: skip
    return {offer.allegro_id: offer for offer in offers}


def is_as_known(one: ListedOffer, offer: Offer) -> bool:
    return offer.content_hash == one.content_hash and is_told(one, offer)


def is_told(one: ListedOffer, offer: Offer) -> bool:
    """Whether the offer is on our list as it is on Allegro's, with what only that list tells."""
    same = all(getattr(one, name) == getattr(offer, name) for name in LISTED_ONLY)
    return same and offer.missing_since is None


def write_rows(
    *,
    integration: Integration,
    stale: Sequence[ListedOffer],
    known: dict[str, Offer],
    now: datetime,
    report: OfferReport,
    reading: bool = False,
) -> None:
    organization_id = integration.organization_id
    before = [known[one.allegro_id].pk for one in stale if one.allegro_id in known]
    lock_offers(organization_id=organization_id, offer_ids=before)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "organization": organization_id,
                "integration": integration.pk,
                "now": now,
                "reading": reading,
                "rows": json.dumps([row_of(one) for one in stale]),
            },
        )
        for pk, allegro_id, title, inserted in cursor.fetchall():
            kept = RecordedOffer(pk, allegro_id, title)
            (report.created if inserted else report.updated).append(kept)
    _keep_raced(integration=integration, stale=stale, report=report)


def _keep_raced(
    *, integration: Integration, stale: Sequence[ListedOffer], report: OfferReport
) -> None:
    """Another writer may have stored the very same values meanwhile: those are unchanged."""
    written = {one.allegro_id for one in [*report.created, *report.updated]}
    raced = [one.allegro_id for one in stale if one.allegro_id not in written]
    if raced:
        report.unchanged.extend(
            RecordedOffer(*row)
            for row in Offer.objects.filter(
                integration=integration, allegro_id__in=raced
            ).values_list("pk", "allegro_id", "title")
        )


def tell_changed(integration: Integration, report: OfferReport) -> None:
    if report.written_ids:
        publish(
            topic="offer.changed",
            payload={"integration_id": integration.pk, "offer_ids": report.written_ids},
            organization_id=integration.organization_id,
        )


def row_of(one: ListedOffer) -> dict[str, Any]:
    price = None if one.price is None else f"{one.price:f}"
    return asdict(one) | {"price": price, "content_hash": one.content_hash}
