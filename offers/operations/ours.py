"""Our side of the fields of offers, written down so that a comparison need only read it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from core.outbox import publish_many
from offers.enums import Field
from offers.models import FieldState, Offer, OfferLink, OwnValue
from offers.ours import Account, OfferSide, account_of, ours_of, sides_of
from offers.queries import linked_offer_ids
from settings_app.models import Integration
from settings_app.queries import working_integrations

BATCH = 1000
SPAN = 5000

# Only what differs is touched, in the order of the offers, so that two writers never wait crosswise.
_NOTE = """
    INSERT INTO offers_fieldstate AS state (organization_id, integration_id, offer_id, field, ours,
        ours_at, ours_reason, decision)
    SELECT offer.organization_id, offer.integration_id, offer.id, noted.field, noted.ours,
        CASE WHEN noted.ours IS NOT NULL THEN %(now)s END, noted.reason, ''
    FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS noted (offer_id bigint, field text, ours text, reason text)
    JOIN offers_offer offer ON offer.id = noted.offer_id
    LEFT JOIN offers_fieldstate present
      ON present.offer_id = offer.id AND present.field = noted.field
    WHERE present.id IS NULL OR present.ours IS DISTINCT FROM noted.ours
       OR present.ours_reason <> noted.reason
    ORDER BY offer.id, noted.field
    ON CONFLICT (offer_id, field) DO UPDATE SET ours = excluded.ours,
        ours_reason = excluded.ours_reason,
        ours_at = CASE WHEN state.ours IS DISTINCT FROM excluded.ours THEN %(now)s ELSE state.ours_at END
    WHERE state.ours IS DISTINCT FROM excluded.ours OR state.ours_reason <> excluded.ours_reason
"""


def note_ours(
    *,
    integration: Integration,
    offer_ids: Collection[int] | None,
    now: datetime,
    only_stock: bool = False,
) -> int:
    """Compute our side of these offers' fields (None: of all the account's) and write what differs.

    An offer's own value counts, then what follows from its product; otherwise ``ours`` is null and
    ``ours_reason`` a :class:`~offers.enums.NotOurs`. ``ours_at`` moves only when ``ours`` does.
    Offers without product, own value and state are left out. Returns how many rows were written.
    Batches of 1,000 offers, each a transaction of its own with a fixed number of queries.
    """
    account = account_of(integration=integration, now=now)
    batches = _batches(offer_ids) if offer_ids is not None else _all(integration)
    return sum(
        _note(integration, account, batch, now=now, only_stock=only_stock) for batch in batches
    )


def _note(
    integration: Integration,
    account: Account,
    offer_ids: Sequence[int],
    *,
    now: datetime,
    only_stock: bool,
) -> int:
    with transaction.atomic():
        sides = sides_of(integration=integration, offer_ids=offer_ids, only_stock=only_stock)
        rows = [
            row
            for side in sides
            if side.is_known
            for row in _rows(side, account, only_stock=only_stock)
        ]
        if not rows:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"rows": json.dumps(rows), "now": now})
            return int(cursor.rowcount)


def _rows(side: OfferSide, account: Account, *, only_stock: bool) -> Iterator[dict[str, Any]]:
    for field in [Field.STOCK] if only_stock else sorted(side.fields(account.rules)):
        found = ours_of(side, field, account)
        yield {
            "offer_id": side.id,
            "field": field,
            "ours": found.text,
            "reason": found.reason,
        }


def _batches(offer_ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(offer_ids)
    for at in range(0, len(ordered), BATCH):
        yield ordered[at : at + BATCH]


def _all(integration: Integration) -> Iterator[list[int]]:
    """The account's offers there is anything to say of, a batch at a time."""
    known = Offer.objects.filter(integration=integration).filter(
        Q(Exists(OfferLink.objects.filter(offer=OuterRef("pk"))))
        | Q(Exists(FieldState.objects.filter(offer=OuterRef("pk"))))
        | Q(Exists(OwnValue.objects.filter(offer=OuterRef("pk"))))
    )
    last = 0
    while batch := list(
        known.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield batch
        last = batch[-1]


@transaction.atomic
def ask_accounts(*, accounts: Collection[tuple[int, int]]) -> int:
    """Have our side of all linked offers of these accounts computed, a span at a time.

    ``accounts`` are pairs of organization and integration. Publishes ``offer.ours_stale`` per span of
    5,000 offers: seconds of work, so that no handler outlives its lease. Returns how many spans.
    """
    spans: list[tuple[dict[str, Any], int | None]] = []
    for organization_id, integration_id in accounts:
        ids = linked_offer_ids(integration_id=integration_id)
        for at in range(0, len(ids), SPAN):
            part = ids[at : at + SPAN]
            payload = {"integration_id": integration_id, "first": part[0], "last": part[-1]}
            spans.append((payload, organization_id))
    publish_many(topic="offer.ours_stale", payloads=spans)
    return len(spans)


def ask_everybody() -> int:
    """:func:`ask_accounts` for every account that works."""
    accounts = working_integrations().order_by("pk").values_list("organization_id", "pk")
    return ask_accounts(accounts=list(accounts))
