"""Things that happen later: done when their moment has passed, before the next answer."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count


class Schedule:
    """A queue by time. Work due is run in order at the start of every request."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()

    def at(self, moment: float, work: Callable[[float], None]) -> None:
        """Run ``work(moment)`` once the clock has reached ``moment``."""
        heapq.heappush(self._heap, (moment, next(self._order), work))

    def settle(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now:
            moment, _, work = heapq.heappop(self._heap)
            work(moment)

    def __len__(self) -> int:
        return len(self._heap)
