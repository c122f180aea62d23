"""Cron expressions: what is accepted, how it reads, when it falls due."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from settings_app.cron import cron, in_words, next_times

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("*/15 * * * *", "every 15 minutes, every day"),
        ("0 2 * * *", "at 02:00, every day"),
        ("30 6,18 * * 1-5", "at 06:30, 18:30, on Monday, Tuesday, Wednesday, Thursday, Friday"),
        ("5,35 * * * *", "every 30 minutes, every day"),
        ("5,25 * * * 0", "every hour at minute 5, 25, on Sunday"),
        ("0 3 1,15 * *", "at 03:00, on the days 1, 15 of the month"),
        ("0 3 1 1 *", "at 03:00, on the days 1 of the month, in January"),
        ("*/20 8-10 * * *", "at minute 0, 20, 40 of the hours 8, 9, 10, every day"),
    ],
)  # fmt: skip
def test_an_expression_is_read_aloud(expression: str, words: str) -> None:
    assert in_words(expression) == words


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "Five fields"),
        ("0 2 * *", "Five fields"),
        ("61 * * * *", "no cron expression"),
        ("nonsense 2 * * *", "no cron expression"),
        ("* * * * *", "At least 5 minutes"),
        ("0 2 30 2 *", "never occurs"),
        ("58,1 * * * *", "At least 5 minutes"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(expression: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        cron(expression)


def test_the_next_times_follow_the_clock_of_the_zone() -> None:
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)

    found = next_times("0 2 * * *", after=after, zone=WARSAW, count=3)

    # The clock goes back on the 25th: the same hour of the day, another moment.
    assert [at.astimezone(UTC).hour for at in found] == [0, 1, 1]
    assert [at.strftime("%d %H:%M") for at in found] == ["25 02:00", "26 02:00", "27 02:00"]


def test_a_time_the_clock_skips_does_not_happen() -> None:
    after = datetime(2027, 3, 27, 12, tzinfo=UTC)

    found = next_times("30 2 * * *", after=after, zone=WARSAW, count=2)

    assert [at.strftime("%m-%d %H:%M") for at in found] == ["03-29 02:30", "03-30 02:30"]
