"""Moments in what others send us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

# What lies outside is a mistake, and could not be shown in another time zone or read back.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def read_moment(value: Any) -> datetime | None:
    """A moment in UTC from ISO 8601 text (without a zone: UTC); None when it is none, or implausible."""
    try:
        told = datetime.fromisoformat(value)
        moment = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment < LATEST else None
