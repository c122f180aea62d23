"""What becomes of claimed work: done, put back, tried again after a pause, given up."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F

from core.enums import WorkState
from core.work.rows import DurableWork, claimed

MAX_ATTEMPTS = 6
# Pauses after the first to fifth failure; the sixth gives up.
BACKOFF = [timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200)]


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


def _settle(work: DurableWork, **values: Any) -> bool:
    return claimed(work).update(claimed_until=None, **values) == 1
