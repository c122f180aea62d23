"""Time as the sandbox sees it: the machine's clock plus an offset that tests may advance."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Seconds since the epoch with an adjustable offset, so that nobody has to sleep."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now(self) -> float:
        return time.time() + self.offset_seconds

    def advance(self, seconds: float) -> None:
        self.offset_seconds += seconds


def iso(moment: float) -> str:
    """UTC with milliseconds, as Allegro writes it: ``2026-09-02T10:36:02.221Z``."""
    whole, milliseconds = divmod(round(moment * 1000), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{milliseconds:03d}Z"


def midnight(moment: float, days: int) -> float:
    """The start of the UTC day, ``days`` after the given moment."""
    day = datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=days)).timestamp()


def parse_iso(text: str) -> float:
    """Seconds since the epoch. Raises ValueError when the text is no date and time with a zone."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError("a time zone is missing")
    return moment.timestamp()
