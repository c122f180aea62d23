"""Noting what Allegro shows, field by field, as canonical texts; what changed goes into the history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from offers.enums import MARKETPLACE_PRICE, Field, price_field
from offers.models import FieldState, Offer, OfferContent, OfferMarketplace
from offers.values import price_text, status_text, stock_text, title_text
from settings_app.models import Integration

AT_ONCE = 500

# One snapshot: the value before, the new one, and a line of history where there was one before.
_NOTE = """
    WITH seen AS (
        SELECT offer_id, field, theirs, at
        FROM jsonb_to_recordset(%(rows)s::jsonb)
          AS row (offer_id bigint, field text, theirs text, at timestamptz)
    ),
    before AS (
        SELECT state.offer_id, state.field, state.theirs
        FROM offers_fieldstate state JOIN seen USING (offer_id, field)
    ),
    noted AS (
        INSERT INTO offers_fieldstate AS state (organization_id, integration_id, offer_id, field,
            theirs, theirs_at, ours_reason, decision)
        SELECT %(organization)s, %(integration)s, seen.offer_id, seen.field, seen.theirs, seen.at,
            '', ''
        FROM seen LEFT JOIN before USING (offer_id, field)
        WHERE CASE WHEN before.offer_id IS NULL THEN seen.theirs IS NOT NULL
            ELSE before.theirs IS DISTINCT FROM seen.theirs END
        ORDER BY seen.offer_id, seen.field
        ON CONFLICT (offer_id, field) DO UPDATE
            SET theirs = excluded.theirs, theirs_at = excluded.theirs_at
            WHERE state.theirs IS DISTINCT FROM excluded.theirs
        RETURNING offer_id, field, theirs, theirs_at
    ),
    remembered AS (
        INSERT INTO offers_offerchange (organization_id, offer_id, field, before, after, seen_at)
        SELECT %(organization)s, noted.offer_id, noted.field, before.theirs,
            coalesce(noted.theirs, ''), noted.theirs_at
        FROM noted JOIN before USING (offer_id, field)
        WHERE before.theirs IS NOT NULL
    )
    SELECT count(*) FROM noted
"""


def note_theirs(
    *, integration: Integration, offer_ids: Collection[int] | None, at: datetime
) -> int:
    """Write what Allegro shows into the offers' fields; returns how many were written.

    From the offers as they were read last, their documents and marketplaces. ``offer_ids`` None: all
    offers of the account. ``at``: when it was seen, or the moment Allegro's journal gives; a field's
    ``theirs_at`` moves only when its value does. Offers never read say nothing. Running it again
    writes nothing.
    """
    offers = Offer.objects.filter(integration=integration, read_at__isnull=False)
    if offer_ids is not None:
        offers = offers.filter(pk__in=offer_ids)
    ids = list(offers.order_by("pk").values_list("pk", flat=True))
    return sum(
        note_seen(integration=integration, seen=dict.fromkeys(ids[first : first + AT_ONCE], at))
        for first in range(0, len(ids), AT_ONCE)
    )


@transaction.atomic
def note_seen(*, integration: Integration, seen: Mapping[int, datetime]) -> int:
    """:func:`note_theirs` for offers that were seen at moments of their own."""
    rows = [
        {"offer_id": pk, "field": field, "theirs": text, "at": seen[pk].isoformat()}
        for pk, field, text in _shown(list(seen))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "organization": integration.organization_id,
                "integration": integration.pk,
                "rows": json.dumps(rows),
            },
        )
        noted: int = cursor.fetchone()[0]
    return noted


def _shown(offer_ids: Sequence[int]) -> Iterator[tuple[int, str, str | None]]:
    """Offer, field and canonical text of everything Allegro shows; None where it shows nothing."""
    offers = Offer.objects.filter(pk__in=offer_ids, read_at__isnull=False)
    for offer in offers.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield offer.pk, Field.PRICE, _price(offer)
        yield offer.pk, Field.STOCK, _stock(offer)
        yield offer.pk, Field.TITLE, title_text(offer.title) or None
        yield offer.pk, Field.STATUS, status_text(offer.publication_status)
    contents = OfferContent.objects.filter(offer_id__in=offer_ids).order_by("pk")
    for pk, description, images in contents.values_list(
        "offer_id", "description_hash", "images_hash"
    ):
        yield pk, Field.DESCRIPTION, description
        yield pk, Field.IMAGES, images
    yield from _elsewhere(offer_ids)


def _elsewhere(offer_ids: Sequence[int]) -> Iterator[tuple[int, str, str | None]]:
    """Prices on other marketplaces; one that is not named there any more is no price."""
    places = OfferMarketplace.objects.filter(offer_id__in=offer_ids)
    shown = {(one.offer_id, price_field(one.marketplace)): _price(one) for one in places}
    kept = FieldState.objects.filter(
        offer_id__in=offer_ids, field__startswith=MARKETPLACE_PRICE, theirs__isnull=False
    )
    gone = dict.fromkeys(kept.values_list("offer_id", "field"))
    for (pk, field), text in sorted({**gone, **shown}.items()):
        yield pk, field, text


def _price(row: Offer | OfferMarketplace) -> str | None:
    if row.price is None or not row.currency:
        return None
    return price_text(row.price, row.currency)


def _stock(offer: Offer) -> str | None:
    """Of a reading and a look before a write the later one counts."""
    shown, at = offer.stock_shown, offer.stock_shown_at
    if shown is None or at is None or (offer.read_at is not None and offer.read_at >= at):
        shown = offer.stock_available
    return None if shown is None else stock_text(shown)
