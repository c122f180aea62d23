"""Writing down what both sides agree about: the ground the next comparison stands on."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection

from offers.models import FieldState, Offer
from settings_app.models import Integration

# Rows in the order of their offers, so that two writers never wait for each other crosswise. A row
# agreed at a later moment stays.
_AGREE = """
    INSERT INTO offers_fieldstate AS state (organization_id, integration_id, offer_id, field, base,
        base_at, ours_reason, decision)
    SELECT offer.organization_id, offer.integration_id, offer.id, agreed.field, agreed.value,
        %(now)s, '', ''
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS agreed (offer_id bigint, field text, value text)
    JOIN offers_offer offer ON offer.id = agreed.offer_id AND offer.integration_id = %(integration)s
    ORDER BY offer.id, agreed.field
    ON CONFLICT (offer_id, field) DO UPDATE SET base = excluded.base, base_at = excluded.base_at,
        undone_ours = NULL, undone_theirs = NULL
    WHERE state.base IS DISTINCT FROM excluded.base
      AND (state.base_at IS NULL OR state.base_at <= excluded.base_at)
"""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A canonical value that both sides are known to have had for a field of an offer."""

    offer_id: int
    field: str
    value: str


def agree(*, integration: Integration, agreed: Collection[Agreed], now: datetime) -> int:
    """Write ``base`` of these fields; returns how many rows were new or changed.

    For values that were seen on both sides: written to Allegro and read back, taken from there, or
    found equal. Offers of other accounts are left out; of one field only one value may be given.
    """
    if not agreed:
        return 0
    rows = json.dumps([asdict(one) for one in agreed])
    with connection.cursor() as cursor:
        cursor.execute(_AGREE, {"rows": rows, "integration": integration.pk, "now": now})
        return int(cursor.rowcount)


def withdraw_agreement(*, offer: Offer, field: str, former: str | None, now: datetime) -> None:
    """Let a field stand again on what was agreed upon before (None: on nothing), for a choice taken back."""
    FieldState.objects.filter(offer=offer, field=field).update(
        base=former, base_at=now, undone_ours=None, undone_theirs=None
    )
