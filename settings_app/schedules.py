"""The periodic work of each integration, kept as rows that beat reads from the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from settings_app.enums import IntegrationState
from settings_app.models import Integration

ORDER_PULL_MINUTES = 15
# Offer events are kept for a day; none of them is urgent like an order.
OFFER_JOURNAL_SECONDS = 60
# A return opened before dispatch must stop the packer.
RETURNS_SECONDS = 30
CHECK_MINUTES = 120
_NAME = re.compile(r"^integration (\d+): ")


@dataclass(frozen=True, slots=True)
class Plan:
    """One periodic task as it should stand; ``seconds`` is its period."""

    name: str
    task: str
    kwargs: str
    seconds: int
    enabled: bool

    def values(self, interval: IntervalSchedule) -> dict[str, Any]:
        # Expiring before the next one is due keeps a stopped worker from piling them up.
        return {
            "task": self.task,
            "kwargs": self.kwargs,
            "interval": interval,
            "enabled": self.enabled,
            "expire_seconds": max(self.seconds - 1, 1),
        }


def plans(integration: Integration) -> list[Plan]:
    """What beat is to send for an integration; nothing once it is disconnected."""
    if integration.state == IntegrationState.DISCONNECTED:
        return []
    wanted: tuple[tuple[str, str, dict[str, str], int], ...] = (
        ("order journal", "webhooks.poll_orders", {}, settings.ALLEGRO_ORDER_POLL_SECONDS),
        (
            "offers",
            "syncs.start_scheduled",
            {"kind": "PULL_OFFERS"},
            integration.sync_frequency_minutes * 60,
        ),
        ("orders", "syncs.start_scheduled", {"kind": "PULL_ORDERS"}, ORDER_PULL_MINUTES * 60),
        ("offer journal", "webhooks.poll_changes", {"journal": "OFFERS"}, OFFER_JOURNAL_SECONDS),
        ("returns", "webhooks.poll_changes", {"journal": "RETURNS"}, RETURNS_SECONDS),
        ("check", "syncs.start_scheduled", {"kind": "CHECK"}, CHECK_MINUTES * 60),
    )
    return [
        Plan(
            name=f"integration {integration.pk}: {what}",
            task=task,
            kwargs=json.dumps({"integration_id": integration.pk, **extra}),
            seconds=seconds,
            enabled=integration.is_working,
        )
        for what, task, extra, seconds in wanted
    ]


def ensure_schedules(*, integration: Integration) -> int:
    """Make beat's rows of one integration what they should be; returns how many were written."""
    rows = PeriodicTask.objects.filter(name__startswith=f"integration {integration.pk}: ")
    return _mend(plans(integration), rows)


def mend_schedules() -> int:
    """Mend the rows of every integration and drop those of integrations that are gone."""
    wanted = [
        plan
        for integration in Integration.objects.exclude(
            state=IntegrationState.DISCONNECTED
        ).iterator()
        for plan in plans(integration)
    ]
    return _mend(wanted, PeriodicTask.objects.filter(name__startswith="integration "))


def _mend(wanted: list[Plan], rows: Iterable[PeriodicTask]) -> int:
    existing = {row.name: row for row in rows if _NAME.match(row.name)}
    written = 0
    with transaction.atomic():
        for plan in wanted:
            written += _mend_one(plan, existing.pop(plan.name, None))
        for row in existing.values():
            row.delete()
    return written + len(existing)


def _mend_one(plan: Plan, row: PeriodicTask | None) -> int:
    values = plan.values(_interval(plan.seconds))
    if row is None:
        PeriodicTask.objects.update_or_create(name=plan.name, defaults=values)
        return 1
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not differing:
        return 0
    for name, value in differing.items():
        setattr(row, name, value)
    row.save()  # save() and not update(): it tells beat to read its rows again
    return 1


def _interval(seconds: int) -> IntervalSchedule:
    # Two rows of the same period do no harm, so this needs no lock.
    found = IntervalSchedule.objects.filter(every=seconds, period=IntervalSchedule.SECONDS)
    return found.order_by("pk").first() or IntervalSchedule.objects.create(
        every=seconds, period=IntervalSchedule.SECONDS
    )
