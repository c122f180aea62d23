"""How many offers of an account may be ended in a day by other than a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from offers.enums import Field, ItemState, PublicationStatus, PushCause, PushReason
from offers.models import ValueCommandItem
from offers.operations.verdicts import Verdict, later
from offers.operations.writing.deciding import Look
from settings_app.models import Integration


def held_by_the_day(
    integration: Integration, looks: Sequence[Look], *, now: datetime
) -> tuple[list[Look], list[Verdict]]:
    """Those that may be written, and verdicts on ends beyond the day's limit: they wait for tomorrow.

    What a person asked for is not held; it counts like any other.
    """
    left = integration.brake_ended_per_day - _ended_today(integration, now)
    free: list[Look] = []
    held: list[Verdict] = []
    for look in looks:
        if not _ends(look):
            free.append(look)
        elif look.push.cause == PushCause.PERSON or left > 0:
            left -= 1
            free.append(look)
        else:
            pause = (_tomorrow(now) - now).total_seconds()
            held.append(
                later(look.push, PushReason.DAY_LIMIT, now=now, seconds=pause, shown=look.shown)
            )
    return free, held


def _ends(look: Look) -> bool:
    return look.field == Field.STATUS and look.push.value == PublicationStatus.ENDED


def _ended_today(integration: Integration, now: datetime) -> int:
    today = _tomorrow(now) - timedelta(days=1)
    items = ValueCommandItem.objects.filter(
        command__integration=integration,
        command__created_at__gte=today,
        field=Field.STATUS,
        value=PublicationStatus.ENDED,
    )
    return items.exclude(state=ItemState.FAIL).values("offer_id").distinct().count()


def _tomorrow(now: datetime) -> datetime:
    day = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time.min))
