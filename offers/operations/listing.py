"""Recording Allegro's listing, which enumerates offers and decides nothing once they were read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from connectors.allegro.types import OfferListing
from offers.listings import ListedOffer
from offers.locks import lock_offers
from offers.models import Offer
from offers.operations.record import (
    RECORD,
    is_as_known,
    is_told,
    known_of,
    readable_rows,
    row_of,
    tell_changed,
    write_rows,
)
from offers.operations.reports import OfferReport, RecordedOffer
from offers.spans import Span, as_multirange
from settings_app.models import Integration

# An offer that was read keeps its values: the listing says what only it knows, and that the rest
# may be different by now. The same doubtful row is not doubted twice: the index lags.
_TOLD = f"""
    UPDATE offers_offer offer SET stock_sold = listed.stock_sold,
        fulfilled_by_allegro = listed.fulfilled_by_allegro, listed_hash = listed.content_hash,
        missing_since = NULL, updated_at = %(now)s,
        read_wanted_at = CASE WHEN listed.content_hash IN (offer.content_hash, offer.listed_hash)
            THEN offer.read_wanted_at ELSE coalesce(offer.read_wanted_at, %(now)s) END
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS listed ({RECORD})
    WHERE offer.integration_id = %(integration)s AND offer.allegro_id = listed.allegro_id
      AND offer.read_at IS NOT NULL
"""  # noqa: S608 -- only our own column names are put in


@transaction.atomic
def record_offers(
    *, integration: Integration, listings: Sequence[OfferListing], now: datetime
) -> OfferReport:
    """Keep a page of Allegro's listing; an offer that is the same as before is not written at all.

    The values of an offer that was never read are taken from the listing; those of one that was
    read are not, because the listing lags (allegro-api#11527): it is marked to be read again.
    Publishes ``offer.changed`` for what was written. Rows that cannot be read are reported, never
    raised. Two pages may show the same offer; the later one counts.
    """
    report, listed = readable_rows(listings)
    known = known_of(integration, listed)
    stale: list[ListedOffer] = []
    told: list[ListedOffer] = []
    for allegro_id, one in listed.items():
        offer = known.get(allegro_id)
        if offer is None or offer.read_at is None:
            if offer is not None and is_as_known(one, offer):
                report.unchanged.append(RecordedOffer(offer.pk, allegro_id, offer.title))
            else:
                stale.append(one)
            continue
        _put(report, one, offer)
        if one.content_hash != offer.listed_hash or not is_told(one, offer):
            told.append(one)
    if stale:
        write_rows(integration=integration, stale=stale, known=known, now=now, report=report)
    if told:
        _tell(integration=integration, told=told, known=known, now=now)
    tell_changed(integration, report)
    if report.unreadable:
        numbers = [one.allegro_id for one in report.unreadable]
        kept = Offer.objects.filter(integration=integration, allegro_id__in=numbers)
        report.kept_ids = list(kept.values_list("pk", flat=True))
    return report


def _put(report: OfferReport, one: ListedOffer, offer: Offer) -> None:
    recorded = RecordedOffer(offer.pk, offer.allegro_id, offer.title)
    if one.content_hash not in (offer.content_hash, offer.listed_hash):
        report.doubted.append(recorded)
    elif is_told(one, offer):
        report.unchanged.append(recorded)
    else:
        report.updated.append(recorded)


def _tell(
    *,
    integration: Integration,
    told: Sequence[ListedOffer],
    known: dict[str, Offer],
    now: datetime,
) -> None:
    lock_offers(
        organization_id=integration.organization_id,
        offer_ids=[known[one.allegro_id].pk for one in told],
    )
    rows = json.dumps([row_of(one) for one in told])
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"integration": integration.pk, "now": now, "rows": rows})


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
