"""Planning over fields that moved, beside the same join and comparison as one statement."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.bench.shop import new_account, side_by_side, vacuum, with_defaults
from tests.measures import Result, measure

if TYPE_CHECKING:
    from settings_app.models import Integration
    from syncs.models import SyncRun

OFFERS = 100_000
TENTH = OFFERS // 10
# Of a thousand offers: 30 moved here, 30 there, and 5 on both sides to different values.
MOVED = 65
LISTED = """
    INSERT INTO offers_offer (organization_id, integration_id, allegro_id, external_id, title, price,
           currency, publication_status, link_state, first_seen_at, remote_seen_at, created_at,
           updated_at{columns})
    SELECT %(organization)s, %(account)s, 'bench-' || n, 'bench-' || n, 'Kubek ' || n, 49.99, 'PLN',
           'ACTIVE', 'LINKED', now(), now(), now(), now(){values}
      FROM generate_series(1, %(offers)s) AS n
"""
STATES = """
    INSERT INTO offers_fieldstate (organization_id, integration_id, offer_id, field, base, ours, theirs,
           base_at, ours_at, theirs_at{columns})
    SELECT organization_id, integration_id, offer.id, field,
           '49.99 PLN',
           CASE WHEN field = 'PRICE' AND (n < 30 OR n >= 60 AND n < 65) THEN '51.99 PLN'
                ELSE '49.99 PLN' END,
           CASE WHEN field = 'PRICE' AND n >= 30 AND n < 65 THEN '52.99 PLN' ELSE '49.99 PLN' END,
           now(), now(), now(){values}
      FROM (SELECT *, row_number() OVER (ORDER BY id) %% 1000 AS n FROM offers_offer
             WHERE integration_id = %(account)s) offer
     CROSS JOIN unnest(ARRAY['PRICE', 'STOCK', 'STATUS']) AS field
"""
# The strategy is to ask: a field both sides changed is a conflict.
PLAIN = """
    CREATE TEMPORARY TABLE plain_plan ON COMMIT DROP AS
    SELECT * FROM (
            SELECT state.offer_id, state.field, state.base, state.ours, state.theirs,
                   CASE WHEN state.ours = state.theirs AND state.base = state.ours THEN 'NOTHING'
                        WHEN state.ours = state.theirs THEN 'AGREE'
                        WHEN state.base = state.theirs THEN 'PUSH'
                        WHEN state.base = state.ours THEN 'PULL'
                        ELSE 'CONFLICT' END AS decision
              FROM offers_fieldstate state JOIN offers_offer offer ON offer.id = state.offer_id
             WHERE state.integration_id = %s AND offer.link_state = 'LINKED'
               AND state.field = ANY('{PRICE,STOCK,STATUS}')
               AND state.ours IS NOT NULL AND state.theirs IS NOT NULL) compared
     WHERE decision <> 'NOTHING'
"""
FOUND = """
    SELECT count(*), count(*) FILTER (WHERE decision = 'PUSH'),
           count(*) FILTER (WHERE decision = 'PULL'), count(*) FILTER (WHERE decision = 'CONFLICT')
      FROM plain_plan
"""


@measure("planning: linked offers compared field by field, per second")
def planned() -> dict[str, Result]:
    """A plan is kept line by line and each field learns why it stands as it does, in resumable windows.

    The statement keeps its lines in a temporary table; it knows no rules, switches, brakes or prices.
    Memory is what Python holds at most while planning ten times as many offers, beside a tenth.
    """
    small, large = account_with(TENTH), account_with(OFFERS)
    vacuum()
    expected = (
        OFFERS // 1000 * MOVED,
        OFFERS // 1000 * 30,
        OFFERS // 1000 * 30,
        OFFERS // 1000 * 5,
    )
    found: list[tuple[int, ...]] = []
    ours, plain = side_by_side(
        lambda: found.append(plan(large)), lambda: found.append(statement(large))
    )
    if set(found) != {expected}:
        raise AssertionError(f"expected {expected}, found {sorted(set(found))}")
    return {
        "planning: linked offers compared field by field, per second": Result(
            OFFERS / ours, OFFERS / plain, goal=0.3, unit="/s"
        ),
        "planning: memory for 100,000 offers beside that for 10,000": Result(
            peak(lambda: plan(large, 500)),
            peak(lambda: plan(small, 500)),
            goal=1.2,
            unit="B",
            at_most=True,
        ),
    }


def account_with(offers: int) -> Integration:
    from django.db import connection

    account = new_account()
    # What may be written decides whether a change is sent.
    type(account).objects.filter(pk=account.pk).update(may_write_price=True)
    values = {"organization": account.organization_id, "account": account.pk, "offers": offers}
    with connection.cursor() as cursor:
        cursor.execute(with_defaults("offers_offer", LISTED), values)
        cursor.execute(with_defaults("offers_fieldstate", STATES), values)
    return account


def plan(account: Integration, window: int = 2_000) -> tuple[int, ...]:
    """The whole plan of a run, as a worker makes it; what it planned, by action."""
    from datetime import timedelta

    from django.utils import timezone

    from syncs.operations.plans.planning import plan_fields
    from syncs.queries.plans import action_counts

    run = claimed_run(account)
    if not plan_fields(run, deadline=timezone.now() + timedelta(minutes=5), window=window):
        raise AssertionError("the time was up")
    type(run).objects.filter(pk=run.pk).update(state="DONE")
    counts = action_counts(run=run)
    return (sum(counts.values()), *(counts.get(one, 0) for one in ("PUSH", "PULL", "CONFLICT")))


def claimed_run(account: Integration) -> SyncRun:
    from datetime import timedelta

    from django.utils import timezone

    from syncs.models import SyncRun

    now = timezone.now()
    run: SyncRun = SyncRun.objects.create(
        organization_id=account.organization_id,
        integration=account,
        kind="BOTH",
        mode="DRY_RUN",
        trigger="SCHEDULE",
        requested_at=now,
        state="RUNNING",
        claimed_until=now + timedelta(minutes=5),
        position={"phase": "plan"},
    )
    return run


def statement(account: Integration) -> tuple[int, ...]:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN, [account.pk])
        cursor.execute(FOUND)
        found: tuple[int, ...] = cursor.fetchone()
        return found


def peak(work: Callable[[], object]) -> int:
    """The most that Python held while the work was done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
