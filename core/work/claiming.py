"""Claiming due rows; what may kill its workers is claimed alone, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from core.enums import WorkState
from core.work.rows import DurableWork, W, claimed, due
from core.work.settling import MAX_ATTEMPTS, tell_of_dead

LEASE = timedelta(minutes=5)
# A claim that ran out so often marks a row that may be what kills its workers.
SUSPECT_AFTER = 2
LOST = gettext_lazy(
    "Six workers that took this were lost in the middle of it. Something in it may stop them: have it"
    " looked at before it is tried again."
)


def claim_due(
    queryset: models.QuerySet[W],
    *,
    now: datetime,
    limit: int = 100,
    lease: timedelta = LEASE,
    related: Sequence[str] = (),
) -> list[W]:
    """Claim up to ``limit`` due rows of ``queryset`` for ``lease``; two callers never get the same row.

    A claim counts as an attempt. Rows that another claims at this moment are skipped. ``related`` are
    foreign keys to read along. A row whose last attempt lost its worker is given up here, and one that
    lost several is claimed with nothing beside it. Not written with ``raw()``: that runs its statement
    a second time to learn the columns.
    """
    model = queryset.model
    with transaction.atomic():
        taken = _take(queryset, now=now, limit=limit, lease=lease)
        given_up = [pk for pk, state, _attempts, _lost in taken if state == WorkState.DEAD]
        if given_up:
            tell_of_dead(list(model._default_manager.filter(pk__in=given_up)))
        running = [row for row in taken if row[1] == WorkState.RUNNING]
        suspects = [
            pk for pk, _state, attempts, lost in running if lost and attempts > SUSPECT_AFTER
        ]
        pks = [row[0] for row in running]
        if suspects and len(pks) > 1:
            _put_back(model, [row for row in running if row[0] != suspects[0]], now=now)
            pks = suspects[:1]
        rows = model._default_manager.filter(pk__in=pks).order_by("next_attempt_at", "pk")
        return list(rows.select_related(*related) if related else rows) if pks else []


def extend(work: DurableWork, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Prolong the claim of long work; False when it was lost and the worker must stop."""
    until = now + lease
    kept = claimed(work).update(claimed_until=until) == 1
    if kept:
        work.claimed_until = until
    return kept


# Its id, new state, attempts with this one, and whether a worker was lost.
Taken = tuple[int, str, int, bool]


def _take(
    queryset: models.QuerySet[W], *, now: datetime, limit: int, lease: timedelta
) -> list[Taken]:
    table = connection.ops.quote_name(queryset.model._meta.db_table)
    chosen, params = (
        due(queryset, now=now)
        .order_by("next_attempt_at")
        .select_for_update(skip_locked=True, of=("self",))
        .values("pk", "state")[:limit]
        .query.sql_with_params()
    )
    ends = f"due.state = 'RUNNING' AND {table}.attempts >= {MAX_ATTEMPTS}"
    with connection.cursor() as cursor:
        # The CTE is materialized so that the planner cannot run the locking subquery twice.
        cursor.execute(
            f"WITH due (pk, state) AS MATERIALIZED ({chosen}) UPDATE {table} SET"  # noqa: S608
            f" state = CASE WHEN {ends} THEN 'DEAD' ELSE 'RUNNING' END,"
            f" claimed_until = CASE WHEN {ends} THEN NULL ELSE %s END,"
            f" finished_at = CASE WHEN {ends} THEN %s ELSE finished_at END,"
            f" last_error = CASE WHEN {ends} THEN %s ELSE last_error END,"
            f" attempts = CASE WHEN {ends} THEN attempts ELSE attempts + 1 END"
            f" FROM due WHERE {table}.id = due.pk"
            f" RETURNING {table}.id, {table}.state, {table}.attempts, due.state = 'RUNNING'",
            [*params, now + lease, now, str(LOST)],
        )
        return sorted(cursor.fetchall())


def _put_back(model: type[models.Model], rows: Sequence[Taken], *, now: datetime) -> None:
    """Leave rows as they were before this claim, so that a suspect is worked on alone."""
    for lost in (True, False):
        pks = [row[0] for row in rows if row[3] is lost]
        if pks:
            model._default_manager.filter(pk__in=pks).update(
                state=WorkState.RUNNING if lost else WorkState.PENDING,
                claimed_until=now - timedelta(microseconds=1) if lost else None,
                attempts=F("attempts") - 1,
            )
