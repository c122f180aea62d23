"""What Allegro shows of offers, written down: only what is new or different."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from connectors.allegro.types import OfferListing
from core.outbox import publish
from offers.listings import ListedOffer, UnreadableListing, read_listing
from offers.locks import lock_offers
from offers.models import Offer
from offers.spans import Span, as_multirange
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class RecordedOffer:
    """An offer a report speaks of: our id, Allegro's number, and the title people know it by."""

    id: int
    allegro_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of the listing that was left out."""

    allegro_id: str
    title: str
    error: UnreadableListing


@dataclass(slots=True)
class OfferReport:
    """What became of a page of the listing; each offer is in exactly one of the lists.

    ``kept_ids`` are offers of ours whose row in the listing could not be read this time.
    """

    created: list[RecordedOffer] = field(default_factory=list)
    updated: list[RecordedOffer] = field(default_factory=list)
    unchanged: list[RecordedOffer] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    kept_ids: list[int] = field(default_factory=list)

    @property
    def written_ids(self) -> list[int]:
        return [one.id for one in [*self.created, *self.updated]]

    @property
    def seen_ids(self) -> list[int]:
        """Every offer of ours that the page showed."""
        return [*self.written_ids, *(one.id for one in self.unchanged), *self.kept_ids]


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
_RECORD = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COLUMNS)
_LISTED = ", ".join(COLUMNS)
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "allegro_id")

# xmax is 0 on a row this statement inserted, and its own transaction on one it updated.
_UPSERT = f"""
    INSERT INTO offers_offer AS offer (organization_id, integration_id, {_LISTED}, ean, link_state,
        first_seen_at, remote_seen_at, created_at, updated_at)
    SELECT %(organization)s, %(integration)s, {_LISTED}, '', 'UNLINKED',
        %(now)s, %(now)s, %(now)s, %(now)s
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS listed ({_RECORD})
    ORDER BY allegro_id
    ON CONFLICT (integration_id, allegro_id) DO UPDATE SET {_CHANGES},
        remote_seen_at = excluded.remote_seen_at, updated_at = excluded.updated_at,
        missing_since = NULL,
        details_read_at = CASE WHEN offer.external_id = excluded.external_id
            THEN offer.details_read_at END
    WHERE offer.content_hash <> excluded.content_hash OR offer.missing_since IS NOT NULL
    RETURNING offer.id, offer.allegro_id, offer.title, offer.xmax = 0
"""  # noqa: S608 -- only our own column names are put in


@transaction.atomic
def record_offers(
    *, integration: Integration, listings: Sequence[OfferListing], now: datetime
) -> OfferReport:
    """Keep a page of Allegro's listing; an offer that is the same as before is not written at all.

    Publishes ``offer.changed`` for what was. Rows that cannot be read are reported, never raised.
    Two pages may show the same offer; the later one counts.
    """
    report, listed = _readable(listings)
    known = {
        offer.allegro_id: offer
        for offer in Offer.objects.filter(
            integration=integration, allegro_id__in=list(listed)
        ).only("id", "allegro_id", "title", "content_hash", "missing_since")
    }
    stale: list[ListedOffer] = []
    for allegro_id, one in listed.items():
        offer = known.get(allegro_id)
        if offer and offer.content_hash == one.content_hash and offer.missing_since is None:
            report.unchanged.append(RecordedOffer(offer.pk, allegro_id, offer.title))
        else:
            stale.append(one)
    if stale:
        _write(integration=integration, stale=stale, known=known, now=now, report=report)
    if report.unreadable:
        numbers = [one.allegro_id for one in report.unreadable]
        kept = Offer.objects.filter(integration=integration, allegro_id__in=numbers)
        report.kept_ids = list(kept.values_list("pk", flat=True))
    return report


def _readable(listings: Sequence[OfferListing]) -> tuple[OfferReport, dict[str, ListedOffer]]:
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


def _write(
    *,
    integration: Integration,
    stale: Sequence[ListedOffer],
    known: dict[str, Offer],
    now: datetime,
    report: OfferReport,
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
                "rows": json.dumps([_row(one) for one in stale]),
            },
        )
        for pk, allegro_id, title, inserted in cursor.fetchall():
            kept = RecordedOffer(pk, allegro_id, title)
            (report.created if inserted else report.updated).append(kept)
    _keep_raced(integration=integration, stale=stale, report=report)
    if report.written_ids:
        publish(
            topic="offer.changed",
            payload={"integration_id": integration.pk, "offer_ids": report.written_ids},
            organization_id=organization_id,
        )


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


def _row(one: ListedOffer) -> dict[str, Any]:
    price = None if one.price is None else f"{one.price:f}"
    return asdict(one) | {"price": price, "content_hash": one.content_hash}


def mark_missing(
    *, integration: Integration, seen: Sequence[Span], since: datetime, now: datetime
) -> list[RecordedOffer]:
    """Mark offers that a complete listing, begun at ``since``, did not show; gives the newly marked.

    ``seen`` are spans of our offer ids. The listing is an index that lags (allegro-api#11527), so
    an offer is marked and never deleted, and one that came to us after ``since`` is left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE offers_offer SET missing_since = %s, updated_at = %s WHERE id IN ("
            " SELECT id FROM offers_offer WHERE integration_id = %s AND missing_since IS NULL"
            " AND first_seen_at < %s AND NOT id <@ %s::int8multirange"
            " ORDER BY id FOR NO KEY UPDATE) RETURNING id, allegro_id, title",
            [now, now, integration.pk, since, as_multirange(seen)],
        )
        return [RecordedOffer(*row) for row in cursor.fetchall()]
