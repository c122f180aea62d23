"""Things that come in great numbers are counted first and told of together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications.enums import Event, Severity
from notifications.models import Tally
from notifications.operations.telling import tell_more

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Growing:
    """How a counted event is told of: words and address for a count and a cause."""

    title: Callable[[int, str], str]
    link: Callable[[str], str]
    body: Callable[[str], str] = lambda cause: ""
    severity: Severity = Severity.INFO


_growing: dict[Event, Growing] = {}


def register_growing(event: Event, growing: Growing) -> None:
    """Say how ``event`` is told of; by the app that tallies it, when it starts."""
    _growing[event] = growing


def tally(
    *,
    organization_id: int,
    event: Event,
    now: datetime,
    amount: int = 1,
    cause: str = "",
    message_id: int | None = None,
) -> None:
    """Note ``amount`` things to be told of; call it in the transaction that makes them happen.

    A handler of outbox messages, which may run twice, gives ``message_id``: counted once for each.
    Beat has the notes counted within seconds; that wait is what makes one notice of many things.
    Each ``cause`` has a notice of its own.
    """
    note = Tally(
        organization_id=organization_id,
        event=event,
        cause=cause,
        amount=amount,
        message_id=message_id,
        created_at=now,
    )
    Tally.objects.bulk_create([note], ignore_conflicts=True)


def count_tallies(*, now: datetime) -> int:
    """Let a notice for each organization, event and cause grow by what was noted; returns how much."""
    waiting = list(
        Tally.objects.filter(counted_at=None)
        .values_list("organization_id", "event", "cause")
        .distinct()
        .order_by()
    )
    return sum(
        _count(organization, Event(event), cause, now) for organization, event, cause in waiting
    )


def _count(organization_id: int, event: Event, cause: str, now: datetime) -> int:
    """Count and tell in one transaction: killed in between, neither has happened."""
    with transaction.atomic():
        rows = list(
            Tally.objects.select_for_update(skip_locked=True)
            .filter(organization_id=organization_id, event=event, cause=cause, counted_at=None)
            .order_by("pk")[:BATCH]
        )
        if not rows:
            return 0
        amount: int = sum(row.amount for row in rows)
        growing = _growing[event]
        tell_more(
            organization_id=organization_id,
            event=event,
            severity=growing.severity,
            title=lambda count: growing.title(count, cause),
            body=lambda: growing.body(cause),
            more=amount,
            dedupe_key=f"{event.value}:{cause}",
            link=growing.link(cause),
            now=now,
        )
        Tally.objects.filter(pk__in=[row.pk for row in rows]).update(counted_at=now)
    return amount
