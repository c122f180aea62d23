"""Conflicts a run finds are kept, follow their values, and close when both sides agree again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from offers.field_reasons import FieldReason
from syncs.models import PlannedChange, SyncRun

# One unsettled conflict of a field: an open one follows its values, one a person decided is left alone.
_RECORD = """
    INSERT INTO syncs_conflict AS kept (organization_id, integration_id, offer_id, field, base, ours,
        theirs, ours_at, theirs_at, reason, state, resolution, problem, undoing, run_id, opened_at,
        changed_at)
    SELECT state.organization_id, state.integration_id, state.offer_id, state.field, state.base,
        state.ours, state.theirs, state.ours_at, state.theirs_at, change.reason, 'OPEN', '',
        '', false, change.run_id, %(now)s, %(now)s
    FROM syncs_plannedchange change
    JOIN offers_fieldstate state ON state.offer_id = change.offer_id AND state.field = change.field
    WHERE change.id = ANY(%(changes)s::bigint[])
    ORDER BY state.offer_id, state.field
    ON CONFLICT (offer_id, field) WHERE state IN ('OPEN', 'WRITING') DO UPDATE
    SET base = excluded.base, ours = excluded.ours, theirs = excluded.theirs,
        ours_at = excluded.ours_at, theirs_at = excluded.theirs_at, reason = excluded.reason,
        changed_at = excluded.changed_at
    WHERE kept.state = 'OPEN' AND (kept.base, kept.ours, kept.theirs, kept.reason)
        IS DISTINCT FROM (excluded.base, excluded.ours, excluded.theirs, excluded.reason)
"""
# Agreed, one side's value gone, or decided otherwise since: by a strategy, or because one side went
# back to what was agreed upon.
_CLOSE = """
    WITH over AS (
        SELECT kept.id FROM syncs_conflict kept
        JOIN offers_fieldstate state ON state.offer_id = kept.offer_id AND state.field = kept.field
        WHERE kept.integration_id = %(integration)s AND kept.state = 'OPEN'
          AND (%(everywhere)s OR kept.offer_id = ANY(%(offers)s::bigint[]))
          AND (state.ours IS NULL OR state.theirs IS NULL OR state.ours = state.theirs
               OR (state.decided_at > kept.changed_at
                   AND state.decided_at > coalesce(state.ours_at, kept.changed_at)
                   AND state.decision <> '' AND NOT state.decision = ANY(%(conflicts)s::text[])))
        ORDER BY kept.id
        FOR UPDATE OF kept
    )
    UPDATE syncs_conflict AS kept SET state = 'AGREED', resolved_at = %(now)s
    FROM over WHERE kept.id = over.id
"""
CONFLICTS = (FieldReason.BOTH_CHANGED, FieldReason.STOCK_MOVED_THERE, FieldReason.TIMES_UNKNOWN)


def record_conflicts(*, changes: Sequence[PlannedChange], now: datetime) -> None:
    """Keep what a plan asks a person about, with the values as they are at this moment.

    A conflict that is open already follows its values; nothing is opened twice.
    """
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"changes": [one.pk for one in changes], "now": now})


def close_conflicts(
    *, integration_id: int, offer_ids: Collection[int] | None, now: datetime
) -> int:
    """Close open conflicts that are none any more; returns how many. None: of the whole account."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "integration": integration_id,
                "everywhere": offer_ids is None,
                "offers": sorted(offer_ids or ()),
                "conflicts": [one.value for one in CONFLICTS],
                "now": now,
            },
        )
        return int(cursor.rowcount)


def close_conflicts_of(run: SyncRun, *, now: datetime) -> int:
    """:func:`close_conflicts` for what a run looked at."""
    chosen = None if run.looks_everywhere else list(run.targets.values_list("offer_id", flat=True))
    return close_conflicts(integration_id=run.integration_id, offer_ids=chosen, now=now)
