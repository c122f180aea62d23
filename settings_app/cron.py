"""Cron expressions: five fields, checked, read aloud, and their next times in a time zone.

Read by Celery's own parser, because Celery is what keeps them; like it, a time counts when both its
day of the month and its day of the week fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from celery.schedules import ParseException, crontab
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# More often than this only uses up Allegro's limits.
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 1440
FIELDS = 5
ALL_HOURS, ALL_WEEKDAYS, ALL_DAYS, ALL_MONTHS = range(24), range(7), range(1, 32), range(1, 13)
# Four years hold every date there is, 29 February included.
FARTHEST_DAYS = 4 * 366
MOST_CLOCK_TIMES = 6


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression taken apart; weekdays count from Sunday, which is 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]

    def falls_on(self, day: datetime) -> bool:
        """Whether this day is one of its days."""
        return (
            day.month in self.months
            and day.day in self.days
            and (day.weekday() + 1) % 7 in self.weekdays
        )


def cron(expression: str) -> Cron:
    """Take an expression apart. Raises ``ValidationError`` for one that is none, or too frequent."""
    parts = expression.split()
    if len(parts) != FIELDS:
        raise ValidationError(
            _(
                "Five fields: minute, hour, day of the month, month, day of the week. Such as 0 2 * * *."
            )
        )
    minute, hour, day, month, weekday = parts
    try:
        read = crontab(minute, hour, weekday, day, month)
    except (ParseException, ValueError) as error:
        raise ValidationError(_("This is no cron expression: %(why)s.") % {"why": error}) from error
    found = Cron(
        *(
            tuple(sorted(one))
            for one in (
                read.minute,
                read.hour,
                read.day_of_week,
                read.day_of_month,
                read.month_of_year,
            )
        )
    )
    if _shortest_gap(found.minutes) < SHORTEST_MINUTES:
        raise ValidationError(
            _("At least %(n)d minutes must lie between two runs.") % {"n": SHORTEST_MINUTES}
        )
    return found


def read_when(text: str) -> tuple[int | None, str]:
    """What a person typed as a time: minutes, or a cron expression, never both.

    Raises ``ValidationError`` for anything else, and for less than five minutes or more than a day.
    """
    said = " ".join(text.split())
    if not said.isdecimal():
        cron(said)
        return None, said
    minutes = int(said) if len(said) < FIELDS else LONGEST_MINUTES + 1
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise ValidationError(
            _("Between %(least)d and %(most)d minutes, or a cron expression.")
            % {"least": SHORTEST_MINUTES, "most": LONGEST_MINUTES}
        )
    return minutes, ""


def next_times(expression: str, *, after: datetime, zone: tzinfo, count: int) -> list[datetime]:
    """The next moments of an expression by the clock of ``zone``; fewer when there are no more.

    A time that the clock skips in spring does not happen that day.
    """
    return list(islice(_times(cron(expression), after.astimezone(zone), zone), count))


def _times(read: Cron, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for ahead in range(FARTHEST_DAYS):
        day = midnight + timedelta(days=ahead)
        if not read.falls_on(day):
            continue
        for hour in read.hours:
            for minute in read.minutes:
                at = day.replace(hour=hour, minute=minute, tzinfo=zone)
                exists = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at.replace(
                    tzinfo=None
                )
                if exists and at > after:
                    yield at


def in_words(expression: str) -> str:
    """An expression read aloud in the reader's language."""
    read = cron(expression)
    parts = [_clock(read), _on_days(read)]
    if len(read.months) < len(ALL_MONTHS):
        parts.append(
            _("in %(months)s") % {"months": _listed(str(MONTHS[one]) for one in read.months)}
        )
    return ", ".join(parts)


def every_minutes_in_words(minutes: int) -> str:
    """A period read aloud."""
    return ngettext("every %(n)d minute", "every %(n)d minutes", minutes) % {"n": minutes}


def _clock(read: Cron) -> str:
    if len(read.hours) == len(ALL_HOURS):
        gap = _shortest_gap(read.minutes)
        if len(read.minutes) > 1 and len(read.minutes) * gap == 60:
            return every_minutes_in_words(gap)
        return _("every hour at minute %(minutes)s") % {"minutes": _numbers(read.minutes)}
    if len(read.hours) * len(read.minutes) <= MOST_CLOCK_TIMES:
        times = [f"{hour:02d}:{minute:02d}" for hour in read.hours for minute in read.minutes]
        return _("at %(times)s") % {"times": _listed(times)}
    return _("at minute %(minutes)s of the hours %(hours)s") % {
        "minutes": _numbers(read.minutes),
        "hours": _numbers(read.hours),
    }


def _on_days(read: Cron) -> str:
    some_weekdays = len(read.weekdays) < len(ALL_WEEKDAYS)
    names = _listed(str(WEEKDAYS[(one - 1) % 7]) for one in read.weekdays)
    days = _numbers(read.days)
    if len(read.days) == len(ALL_DAYS):
        return _("on %(weekdays)s") % {"weekdays": names} if some_weekdays else _("every day")
    if some_weekdays:
        return _("on the days %(days)s of the month that are %(weekdays)s") % {
            "days": days,
            "weekdays": names,
        }
    return _("on the days %(days)s of the month") % {"days": days}


def _shortest_gap(minutes: Collection[int]) -> int:
    """Between two minutes of the hour, over its end too."""
    found = sorted(minutes)
    return min(
        (
            later - earlier
            for earlier, later in zip(found, [*found[1:], found[0] + 60], strict=True)
        ),
        default=60,
    )


def _numbers(numbers: Iterable[int]) -> str:
    return _listed(str(one) for one in numbers)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
