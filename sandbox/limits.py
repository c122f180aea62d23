"""Rate limits: a client is blocked for a minute, a seller only until the window moves on."""

from __future__ import annotations

from collections import deque

from sandbox.state.settings import Settings


class Window:
    """How much was used during the last ``seconds``, kept as one total per short slice."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._slice = max(seconds / 60, 0.05)
        self._slices: deque[list[float]] = deque()
        self.used = 0.0

    def take(self, now: float, amount: float, permitted: float) -> bool:
        """Use ``amount`` if it fits. A refused request uses nothing."""
        while self._slices and self._slices[0][0] <= now - self.seconds:
            self.used -= self._slices.popleft()[1]
        if self.used + amount > permitted:
            return False
        self.used += amount
        if self._slices and now - self._slices[-1][0] < self._slice:
            self._slices[-1][1] += amount
        else:
            self._slices.append([now, amount])
        return True


class Limits:
    """All windows of one sandbox. Permitted amounts are read from the settings each time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._windows: dict[tuple[str, str, float], Window] = {}
        self._blocked_until: dict[str, float] = {}

    def clear(self) -> None:
        self._windows.clear()
        self._blocked_until.clear()

    def admit_client(self, client_id: str, now: float) -> float:
        """Seconds the client has to stay away: 0 when admitted.

        Asking while blocked starts the block anew, as Allegro does (allegro-api #3454, #6754).
        """
        if not self.settings.limitsEnabled:
            return 0.0
        blocked = self._blocked_until.get(client_id, 0.0) > now
        if blocked or not self._take("client", client_id, 1, now):
            self._blocked_until[client_id] = now + self.settings.blockSeconds
            return float(self.settings.blockSeconds)
        return 0.0

    def admit(self, name: str, key: str, amount: int, now: float) -> float:
        """Seconds until a window of this name may admit again: 0 when admitted now."""
        if not self.settings.limitsEnabled:
            return 0.0
        for limit in (f"{name}Hourly", name):
            if limit in self.settings.limits and not self._take(limit, key, amount, now):
                return self.settings.limits[limit][1]
        return 0.0

    def _take(self, name: str, key: str, amount: int, now: float) -> bool:
        permitted, seconds = self.settings.limits[name]
        window = self._windows.get((name, key, seconds))
        if window is None:
            window = self._windows[name, key, seconds] = Window(seconds)
        return window.take(now, amount, permitted * self.settings.limitsScale)
