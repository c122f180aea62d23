"""A step of a run: what it writes, what it counts and how far it came, in one transaction."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.work import claimed
from syncs.enums import ItemOutcome
from syncs.models import SyncItem, SyncRun

# Longer than one step with all repeats of its call, short enough that a killed worker's run goes
# on soon.
LEASE = timedelta(minutes=2)
# A run hands its worker back after this long, so that short runs are not kept waiting by long ones.
SLICE = timedelta(seconds=60)


class ClaimLost(RuntimeError):
    """The run was cancelled, or another worker has it: nothing of this step is kept."""

    retryable = True


@dataclass(slots=True)
class Step:
    """What one step found; the numbers are added to the run's."""

    run: SyncRun
    position: dict[str, Any]
    counts: dict[str, int] = field(default_factory=dict)
    items: list[SyncItem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def count(self, **numbers: int) -> None:
        """Add to the run's counters (``scanned``, ``created``, ``updated``, …)."""
        for name, number in numbers.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def note(
        self,
        *,
        object_type: str,
        object_id: str,
        label: str,
        outcome: ItemOutcome,
        reason_code: str = "",
        message: str = "",
        remedy: str = "",
    ) -> None:
        """Keep a line about one thing; the first line about it in a run stays."""
        self.items.append(
            SyncItem(
                organization_id=self.run.organization_id,
                run=self.run,
                object_type=object_type,
                object_id=object_id[:80],
                label=label[:300],
                outcome=outcome,
                reason_code=reason_code[:60],
                message=message[:500],
                remedy=remedy[:500],
            )
        )


@contextmanager
def step(run: SyncRun) -> Iterator[Step]:
    """Run the body in a transaction and move the run on with it.

    Whatever the body writes is kept together with the counters, the items and the position, so
    that a worker killed at any moment leaves each thing done and counted once. Prolongs the claim
    and forgets earlier failed attempts, for the run did come on. Raises :class:`ClaimLost`.
    """
    taken = Step(run=run, position=copy.deepcopy(run.position))
    with transaction.atomic():
        yield taken
        SyncItem.objects.bulk_create(taken.items, ignore_conflicts=True)
        now = timezone.now()
        kept = claimed(run).update(
            position=taken.position,
            heartbeat_at=now,
            claimed_until=now + LEASE,
            attempts=1,
            **{name: F(name) + number for name, number in taken.counts.items() if number},
            **taken.values,
        )
        if not kept:
            raise ClaimLost(f"run {run.pk} is no longer ours")
    run.position, run.claimed_until = taken.position, now + LEASE
