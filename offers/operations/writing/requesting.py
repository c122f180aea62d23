"""Asking for offers to show values. Wishes for one field of an offer melt into one row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from core.hints import hint
from core.outbox import publish
from offers.enums import Field, PushCause, PushReason, base_field

# A row that is worked on, or waits for a command, only learns that there is a newer wish: it is looked
# at again after that. Any other row is due at once, from its first attempt.
_WISH = """
    INSERT INTO offers_valuepush AS push (organization_id, integration_id, offer_id, field, value,
        expected, wish, cause, requested_at, requested_by_id, run_id, reason, misses, state, attempts,
        next_attempt_at, last_error, last_trace_id)
    SELECT offer.organization_id, offer.integration_id, offer.id, wanted.field, wanted.value,
        wanted.expected, 1, %(cause)s, %(now)s, %(actor)s, %(run)s, '', 0, 'PENDING', 0, %(now)s, '', ''
    FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS wanted (offer_id bigint, field text, value text, expected text)
    JOIN offers_offer offer ON offer.id = wanted.offer_id
      AND offer.organization_id = %(organization)s
    JOIN settings_app_integration account ON account.id = offer.integration_id
    WHERE account.state <> 'DISCONNECTED'
      AND CASE WHEN split_part(wanted.field, '@', 1) = 'PRICE' THEN account.may_write_price
          ELSE account.may_write_offers END
    ORDER BY offer.id, wanted.field
    ON CONFLICT (offer_id, field) DO UPDATE SET wish = push.wish + 1, value = excluded.value,
        expected = excluded.expected, cause = excluded.cause, requested_at = excluded.requested_at,
        requested_by_id = excluded.requested_by_id, run_id = excluded.run_id,
        state = CASE WHEN push.state = 'RUNNING' THEN push.state ELSE 'PENDING' END,
        attempts = CASE WHEN push.state = 'RUNNING' THEN push.attempts ELSE 0 END,
        reason = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.reason ELSE '' END,
        last_error = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.last_error ELSE '' END,
        former = CASE WHEN push.state IN ('PENDING', 'RUNNING') THEN push.former END,
        misses = 0,
        finished_at = NULL,
        next_attempt_at = CASE WHEN push.state IN ('RUNNING', 'PENDING')
            AND (push.command_id IS NOT NULL OR (excluded.cause <> 'PERSON'
                AND push.reason IN ('AWAY', 'LIMIT', 'SIGN_IN')))
            THEN push.next_attempt_at ELSE excluded.next_attempt_at END
    RETURNING push.integration_id
"""
# What an earlier run waits for and a newer wish replaces; held until the newer one is written.
_REPLACED = """
    SELECT push.integration_id, push.offer_id, push.field, push.run_id
    FROM offers_valuepush push
    JOIN jsonb_to_recordset(%(rows)s::jsonb) AS wanted (offer_id bigint, field text)
      ON wanted.offer_id = push.offer_id AND wanted.field = push.field
    WHERE push.organization_id = %(organization)s AND push.state IN ('PENDING', 'RUNNING')
      AND push.run_id IS NOT NULL AND push.run_id IS DISTINCT FROM %(run)s
    ORDER BY push.offer_id, push.field
    FOR UPDATE OF push
"""


@dataclass(frozen=True, slots=True)
class WantedValue:
    """A canonical value an offer is to show. ``expected``: what Allegro showed when it was decided;
    None writes over whatever is there."""

    offer_id: int
    field: str
    value: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a wish ended: the payload of ``offer.values_settled``, one per offer and field."""

    integration_id: int
    offer_id: int
    field: str
    state: str
    reason: str
    run_id: int | None = None


def request_values(
    *,
    organization_id: int,
    values: Sequence[WantedValue],
    cause: str,
    actor: User | None,
    now: datetime,
    run_id: int | None = None,
) -> int:
    """Ask for these offers to show these values at Allegro; returns how many wishes were written.

    ``cause`` is a :class:`~offers.enums.PushCause`. Of one field of an offer the newest wish wins;
    a wish of an earlier run that is replaced ends as REPLACED in ``offer.values_settled``. Fields
    whose writing is switched off for the account are left out. Hints the accounts' workers after commit.
    Raises ValueError for STOCK, which follows the ledger and is asked for by ``request_push``.
    """
    if any(base_field(one.field) == Field.STOCK for one in values):
        raise ValueError("stock is computed when it is sent; ask with request_push")
    if not values:
        return 0
    given: dict[str, Any] = {
        "organization": organization_id,
        "rows": json.dumps([asdict(one) for one in values]),
        "cause": PushCause(cause).value,
        "actor": actor.pk if actor else None,
        "run": run_id,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REPLACED, given)
        replaced = [
            Settled(account, offer_id, field, "DONE", PushReason.REPLACED.value, run)
            for account, offer_id, field, run in cursor.fetchall()
        ]
        cursor.execute(_WISH, given)
        accounts = [row[0] for row in cursor.fetchall()]
        tell_settled(organization_id=organization_id, settled=replaced)
        for integration_id in sorted(set(accounts)):
            hint_values(integration_id=integration_id)
    return len(accounts)


def tell_settled(*, organization_id: int, settled: Sequence[Settled]) -> None:
    """Publish ``offer.values_settled`` for wishes that ended; call it in that transaction."""
    by_account: dict[int, list[Settled]] = {}
    for one in settled:
        by_account.setdefault(one.integration_id, []).append(one)
    for integration_id, ended in sorted(by_account.items()):
        publish(
            topic="offer.values_settled",
            payload={
                "integration_id": integration_id,
                "results": [
                    {
                        "offer_id": one.offer_id,
                        "field": one.field,
                        "state": one.state,
                        "reason": one.reason,
                        "run_id": one.run_id,
                    }
                    for one in ended
                ],
                "run_ids": sorted({one.run_id for one in ended if one.run_id is not None}),
            },
            organization_id=organization_id,
        )


def hint_values(*, integration_id: int) -> None:
    """Have a worker write what is due of this account after commit."""
    from offers.tasks import write_account

    hint(write_account, integration_id=integration_id)
