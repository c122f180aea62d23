"""The budget a process keeps alone while Redis is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from connectors.allegro.budgets import Budget
from connectors.allegro.limits import STOP_SECONDS

# A process cannot know how many others there are: it takes as if they were ten.
SHARE = 0.1
CONNECTIONS = 2

_GRANTED, _WAIT, _BUSY = 1, 0, 2


class LocalLimiter:
    """Token buckets in memory, a tenth of the shared ones. Thread-safe."""

    def __init__(self, scale: float) -> None:
        """Start with full buckets; ``scale`` is already in the budgets handed in."""
        self._scale = scale
        self._levels: dict[str, tuple[float, float]] = {}
        self._stops: dict[str, float] = {}
        self._busy: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def acquire(
        self, client_id: str, stop: str, needed: Sequence[Budget], lease: str
    ) -> tuple[int, float]:
        """Take from every budget and a connection, or nothing; answers as the shared script."""
        now = time.monotonic()
        with self._lock:
            levels = {f"{client_id}:{one.key}": self._level(client_id, one, now) for one in needed}
            wait = max(
                self._stops.get(stop, 0.0) - now,
                *(_shortage(one, levels[f"{client_id}:{one.key}"]) for one in needed),
            )
            if wait > 0:
                return _WAIT, wait
            busy = self._busy.setdefault(client_id, set())
            if len(busy) >= CONNECTIONS:
                return _BUSY, 0.025
            busy.add(lease)
            for one in needed:
                key = f"{client_id}:{one.key}"
                self._levels[key] = (levels[key] - one.cost, now)
            return _GRANTED, 0.0

    def release(self, client_id: str, lease: str) -> None:
        """Give a connection back; unknown leases are those Redis granted."""
        with self._lock:
            self._busy.get(client_id, set()).discard(lease)

    def refused(self, stop: str, asked: float | None) -> float:
        """Remember a refusal, should Redis be away when the next call comes."""
        pause = STOP_SECONDS if asked is None else asked
        now = time.monotonic()
        with self._lock:
            self._stops = {key: until for key, until in self._stops.items() if until > now}
            self._stops[stop] = max(self._stops.get(stop, 0.0), now + pause)
        return pause

    def _level(self, client_id: str, budget: Budget, now: float) -> float:
        full = _capacity(budget)
        level, at = self._levels.get(f"{client_id}:{budget.key}", (full, now))
        return min(full, level + (now - at) * budget.rate * SHARE)


def _capacity(budget: Budget) -> float:
    return max(1.0, budget.capacity * SHARE)


def _shortage(budget: Budget, level: float) -> float:
    full = _capacity(budget)
    needed = min(full, budget.cost + budget.reserve * SHARE)
    return (needed - level) / (budget.rate * SHARE)
