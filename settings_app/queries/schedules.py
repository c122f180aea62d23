"""When an account's runs start: the seller's choice or the default, in words, with the next times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from settings_app.cron import every_minutes_in_words, in_words, next_times
from settings_app.enums import SyncDirection
from settings_app.models import Integration

DEFAULT_MINUTES = {SyncDirection.PUSH: 15, SyncDirection.PULL: 30, SyncDirection.STOCK: 10}
DEFAULT_CRON = {SyncDirection.CLEANUP: "0 2 * * *"}
TIMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one direction starts; either ``minutes`` or ``cron`` is set."""

    direction: SyncDirection
    enabled: bool
    minutes: int | None
    cron: str

    @property
    def when(self) -> str:
        """Its times as they are typed: minutes, or a cron expression."""
        return str(self.minutes) if self.minutes else self.cron

    @property
    def words(self) -> str:
        """Its times read aloud."""
        return every_minutes_in_words(self.minutes) if self.minutes else in_words(self.cron)

    def next_times(
        self, *, now: datetime, zone: tzinfo, last: datetime | None = None
    ) -> list[datetime]:
        """The next three starts by the clock of ``zone``; a period goes on from ``last``."""
        if not self.minutes:
            return next_times(self.cron, after=now, zone=zone, count=TIMES_SHOWN)
        step = timedelta(minutes=self.minutes)
        first = max(now, last + step if last else now)
        return [first.astimezone(zone) + step * n for n in range(TIMES_SHOWN)]


def task_name(*, integration_id: int, what: str) -> str:
    """The name of beat's row for one kind of work of an account."""
    return f"integration {integration_id}: {what}"


def schedules_of(*, integration: Integration) -> dict[SyncDirection, Schedule]:
    """Every direction's schedule: the seller's row, else the default."""
    rows = {row.direction: row for row in integration.schedules.all()}
    return {
        one: Schedule(one, row.enabled, row.minutes, row.cron)
        if (row := rows.get(one))
        else default_schedule(one)
        for one in SyncDirection
    }


def default_schedule(direction: str) -> Schedule:
    """What holds for a direction that nobody decided about."""
    one = SyncDirection(direction)
    return Schedule(
        one, enabled=True, minutes=DEFAULT_MINUTES.get(one), cron=DEFAULT_CRON.get(one, "")
    )
