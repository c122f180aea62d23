"""Durable work: rows in PostgreSQL that must happen, whatever dies in between.

A row waits as PENDING until ``next_attempt_at``. A worker claims due rows in one statement, which
marks them RUNNING until ``claimed_until``; a claim that ran out (its worker was killed) is due again.
A Celery task is only the hint to look now; beat sweeps what was never hinted.

A row that kills its worker must neither go on for ever nor take its neighbours along: what lost its
worker :data:`SUSPECT_AFTER` times is claimed alone, and given up when the claim of its sixth attempt ran out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
# Pauses after the first to fifth failure; the sixth gives up.
BACKOFF = [timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200)]
LEASE = timedelta(minutes=5)
# A claim that ran out so often marks a row that may be what kills its workers.
SUSPECT_AFTER = 2
LOST = gettext_lazy(
    "Six workers that took this were lost in the middle of it. Something in it may stop them: have it"
    " looked at before it is tried again."
)
# What is done is marked a batch at a time, and at least so often (seconds) while a batch lasts.
MARK_EVERY = 1.0


class DurableWork(models.Model):
    """A piece of work that is done exactly as often as it must be, or says why it is not."""

    state = models.CharField(
        _("state"), max_length=20, choices=WorkState.choices, default=WorkState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    last_trace_id = models.CharField(_("trace id"), max_length=128, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in (WorkState.PENDING, WorkState.RUNNING)


W = TypeVar("W", bound=DurableWork)


def due_index(name: str) -> models.Index:
    """The partial index that finding due rows walks; every concrete kind declares one."""
    return models.Index(
        fields=["next_attempt_at"],
        name=name,
        condition=Q(state__in=[WorkState.PENDING, WorkState.RUNNING]),
    )


def due(queryset: models.QuerySet[W], *, now: datetime) -> models.QuerySet[W]:
    """Rows that are waiting for their time, or whose worker let its claim run out."""
    return queryset.filter(
        Q(state=WorkState.PENDING, next_attempt_at__lte=now)
        | Q(state=WorkState.RUNNING, claimed_until__lt=now)
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


Taken = tuple[
    int, str, int, bool
]  # id, new state, attempts with this one, whether a worker was lost


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


def tell_of_dead(works: Sequence[Any]) -> None:
    """Publish ``work.dead`` for rows of tenants that were given up; call it in that transaction."""
    from core.outbox import publish  # the outbox is durable work itself

    by_tenant: dict[int, list[Any]] = {}
    for work in works:
        if organization_id := getattr(work, "organization_id", None):
            by_tenant.setdefault(organization_id, []).append(work)
    for organization_id, rows in by_tenant.items():
        publish(
            topic="work.dead",
            payload={
                "kind": rows[0]._meta.label,
                "count": len(rows),
                "ids": [row.pk for row in rows[:100]],
            },
            organization_id=organization_id,
        )


def claimed(work: W) -> models.QuerySet[W]:
    """The row, only while this worker's claim on it holds."""
    return type(work)._default_manager.filter(
        pk=work.pk, state=WorkState.RUNNING, claimed_until=work.claimed_until
    )


def finish(work: DurableWork, *, now: datetime, **values: Any) -> bool:
    """Mark claimed work as done; False when the claim was lost, and then nothing is written."""
    return _settle(work, state=WorkState.DONE, finished_at=now, last_error="", **values)


def postpone(work: DurableWork, *, until: datetime, reason: str = "") -> bool:
    """Put claimed work back without counting the attempt: the world was not ready, nothing failed."""
    return _settle(
        work,
        state=WorkState.PENDING,
        attempts=F("attempts") - 1,
        next_attempt_at=until,
        last_error=reason,
    )


def extend(work: DurableWork, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Prolong the claim of long work; False when it was lost and the worker must stop."""
    until = now + lease
    kept = claimed(work).update(claimed_until=until) == 1
    if kept:
        work.claimed_until = until
    return kept


def fail(work: DurableWork, *, error: Exception, now: datetime) -> bool:
    """Settle a failed attempt by what the error says of itself.

    ``retry_after`` (seconds) on the error postpones without counting. A retryable error waits by
    :data:`BACKOFF` with jitter and dies after :data:`MAX_ATTEMPTS`, which ``work.dead`` tells of. One that
    is not retryable waits for a person. Errors that say nothing are taken as retryable.
    """
    retry_after = getattr(error, "retry_after", None)
    retryable = bool(getattr(error, "retryable", True))
    if retryable and retry_after is not None:
        return postpone(work, until=now + timedelta(seconds=float(retry_after)), reason=str(error))
    outcome: dict[str, Any] = {
        "last_error": str(error)[:4000] or type(error).__name__,
        "last_trace_id": str(getattr(error, "trace_id", "") or "")[:128],
    }
    if not retryable:
        return _settle(work, state=WorkState.WAITING_FOR_PERSON, **outcome)
    if work.attempts >= MAX_ATTEMPTS:
        with transaction.atomic():
            died = _settle(work, state=WorkState.DEAD, finished_at=now, **outcome)
            if died:
                tell_of_dead([work])
        return died
    return _settle(
        work, state=WorkState.PENDING, next_attempt_at=now + backoff(work.attempts), **outcome
    )


def replay(queryset: models.QuerySet[Any], *, now: datetime) -> int:
    """Make settled work due again from the first attempt; returns how many rows changed."""
    return queryset.exclude(state=WorkState.RUNNING).update(
        state=WorkState.PENDING,
        attempts=0,
        next_attempt_at=now,
        claimed_until=None,
        finished_at=None,
        last_error="",
    )


def backoff(attempts: int) -> timedelta:
    """The pause after this many attempts, between 100 % and 125 % so that failures spread out."""
    step = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return step * random.uniform(1, 1.25)  # noqa: S311 -- spreading load, not a secret


@dataclass(slots=True)
class DrainReport:
    """What one drain did."""

    done: int = 0
    failed: int = 0


def drain(
    queryset: models.QuerySet[W],
    handle: Callable[[W], None],
    *,
    limit: int = 100,
    lease: timedelta = LEASE,
    seconds: float = 20.0,
    related: Sequence[str] = (),
) -> DrainReport:
    """Claim and handle due rows until none is due or ``seconds`` are over.

    ``handle`` does the work in transactions of its own and may settle the row itself; a row it
    leaves claimed is marked done, together with others of its batch: a worker killed before the mark
    repeats at most the last second's rows. Claimed rows not begun in time are given back. What it
    raises is settled by :func:`fail`; nothing escapes, so one bad row never blocks the rest.
    """
    report, until = DrainReport(), timezone.now() + timedelta(seconds=seconds)
    while (now := timezone.now()) < until:
        rows = claim_due(queryset, now=now, limit=limit, lease=lease, related=related)
        if not rows:
            break
        _handle_batch(rows, handle, report, until)
    return report


def _handle_batch(
    rows: Sequence[W], handle: Callable[[W], None], report: DrainReport, until: datetime
) -> None:
    done: list[W] = []
    marked_at = time.monotonic()
    try:
        for number, work in enumerate(rows):
            if number and timezone.now() >= until:
                _give_back(rows[number:])
                break
            if _handled(work, handle):
                done.append(work)
                report.done += 1
            else:
                report.failed += 1
            if time.monotonic() - marked_at > MARK_EVERY:
                _finish_all(done, now=timezone.now())
                done, marked_at = [], time.monotonic()
    finally:
        _finish_all(done, now=timezone.now())


def _handled(work: W, handle: Callable[[W], None]) -> bool:
    try:
        handle(work)
    except Exception as error:
        fail(work, error=error, now=timezone.now())
        log.warning(
            "work failed",
            kind=type(work).__name__,
            work_id=work.pk,
            attempts=work.attempts,
            error_type=type(error).__name__,
            exc_info=not hasattr(error, "retryable"),
        )
        return False
    return True


def _give_back(rows: Iterable[W]) -> None:
    """Let others have rows that were claimed and not begun; none is begun after its claim ran out."""
    _settle_all(rows, state=WorkState.PENDING, attempts=F("attempts") - 1)


def _finish_all(done: Iterable[W], *, now: datetime) -> None:
    """:func:`finish` for many rows."""
    _settle_all(done, state=WorkState.DONE, finished_at=now, last_error="")


def _settle_all(works: Iterable[W], **values: Any) -> None:
    """One statement for all whose claims end at the same moment; lost claims stay lost."""
    by_claim: dict[datetime | None, list[W]] = {}
    for work in works:
        by_claim.setdefault(work.claimed_until, []).append(work)
    for claimed_until, rows in by_claim.items():
        type(rows[0])._default_manager.filter(
            pk__in=[work.pk for work in rows],
            state=WorkState.RUNNING,
            claimed_until=claimed_until,
        ).update(claimed_until=None, **values)


def _settle(work: DurableWork, **values: Any) -> bool:
    return claimed(work).update(claimed_until=None, **values) == 1
