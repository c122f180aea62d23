"""The periodic work of each integration, kept as rows that beat reads from the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from settings_app.enums import IntegrationState, SyncDirection
from settings_app.models import Integration
from settings_app.queries.schedules import Schedule, schedules_of, task_name

ORDER_PULL_MINUTES = 15
# Offer events are kept for a day; none of them is urgent like an order.
OFFER_JOURNAL_SECONDS = 60
# A return opened before dispatch must stop the packer.
RETURNS_SECONDS = 30
CHECK_MINUTES = 120
_NAME = re.compile(r"^integration (\d+): ")


# A start by the clock that no worker took within this time waits for the next one.
CRON_EXPIRES_SECONDS = 3600
TASKS = {
    SyncDirection.PUSH: ("syncs.start_scheduled", {"kind": "PUSH"}),
    SyncDirection.PULL: ("syncs.start_scheduled", {"kind": "PULL"}),
    SyncDirection.STOCK: ("syncs.start_scheduled", {"kind": "STOCK"}),
    SyncDirection.CLEANUP: ("syncs.forget_runs", {}),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One periodic task as it should stand: every ``seconds``, or by ``cron`` in the time zone ``zone``."""

    name: str
    task: str
    kwargs: str
    enabled: bool
    seconds: int = 0
    cron: str = ""
    zone: str = ""

    def values(self) -> dict[str, Any]:
        """What beat's row is to hold."""
        by_clock = bool(self.cron)
        return {
            "task": self.task,
            "kwargs": self.kwargs,
            "interval": None if by_clock else _interval(self.seconds),
            "crontab": _crontab(self.cron, self.zone) if by_clock else None,
            "enabled": self.enabled,
            # Expiring before the next one is due keeps a stopped worker from piling them up.
            "expire_seconds": CRON_EXPIRES_SECONDS if by_clock else max(self.seconds - 1, 1),
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
    fixed = [
        Plan(
            name=task_name(integration_id=integration.pk, what=what),
            task=task,
            kwargs=json.dumps({"integration_id": integration.pk, **extra}),
            seconds=seconds,
            enabled=integration.is_working,
        )
        for what, task, extra, seconds in wanted
    ]
    chosen = schedules_of(integration=integration).values()
    return [*fixed, *(_chosen(integration, one) for one in chosen)]


def _chosen(integration: Integration, schedule: Schedule) -> Plan:
    """The seller's own times of one direction."""
    task, extra = TASKS[schedule.direction]
    return Plan(
        name=task_name(integration_id=integration.pk, what=schedule.direction.lower()),
        task=task,
        kwargs=json.dumps({"integration_id": integration.pk, **extra}),
        seconds=(schedule.minutes or 0) * 60,
        cron=schedule.cron,
        zone=integration.organization.timezone if schedule.cron else "",
        enabled=integration.is_working and schedule.enabled,
    )


def ensure_schedules(*, integration: Integration) -> int:
    """Make beat's rows of one integration what they should be; returns how many were written."""
    rows = PeriodicTask.objects.filter(name__startswith=f"integration {integration.pk}: ")
    return _mend(plans(integration), rows)


def mend_schedules() -> int:
    """Mend the rows of every integration and drop those of integrations that are gone."""
    wanted = [
        plan
        for integration in Integration.objects.exclude(state=IntegrationState.DISCONNECTED)
        .select_related("organization")
        .prefetch_related("schedules")
        .iterator(chunk_size=500)
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
    values = plan.values()
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


def _crontab(expression: str, zone: str) -> CrontabSchedule:
    minute, hour, day, month, weekday = expression.split()
    values = {
        "minute": minute,
        "hour": hour,
        "day_of_week": weekday,
        "day_of_month": day,
        "month_of_year": month,
        "timezone": zone,
    }
    found = CrontabSchedule.objects.filter(**values)
    return found.order_by("pk").first() or CrontabSchedule.objects.create(**values)
