from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.templatetags.moments import ago


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=4), "4\xa0seconds ago"),
        (timedelta(minutes=3, seconds=20), "3\xa0minutes ago"),
        (timedelta(days=1, hours=7), "1\xa0day ago"),
        (timedelta(days=6, hours=23), "6\xa0days ago"),
    ],
)
def test_the_last_week_reads_in_one_unit(past: timedelta, words: str) -> None:
    assert ago(timezone.now() - past) == words


def test_older_moments_read_as_a_day() -> None:
    at = timezone.now() - timedelta(days=9)
    assert ago(at) == f"{at:%-d %b %Y}"


def test_what_is_still_to_come_is_told_from_now() -> None:
    assert ago(timezone.now() + timedelta(hours=3, minutes=1)) == "3\xa0hours from now"
