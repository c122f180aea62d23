from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.timestamps import read_moment


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T09:00:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        (
            "0001-01-01T00:00:00+14:00",
            None,
        ),  # before the first year: PostgreSQL keeps, Python fails
        ("9999-12-31T23:59:59-14:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1763629200, None),
    ],
)
def test_a_moment_is_read_in_utc_or_not_at_all(told: Any, moment: datetime | None) -> None:
    assert read_moment(told) == moment
