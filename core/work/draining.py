"""Handling due rows in batches until none is due; one bad row never blocks the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import models
from django.db.models import F
from django.utils import timezone

from core.enums import WorkState
from core.work.claiming import LEASE, claim_due
from core.work.rows import W
from core.work.settling import fail

log = structlog.get_logger(__name__)
# What is done is marked a batch at a time, and at least so often (seconds) while a batch lasts.
MARK_EVERY = 1.0


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
