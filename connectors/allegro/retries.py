"""Whether, and after how long, a failed attempt is repeated in place.

Only short waits are slept: a worker that sleeps serves nobody. Anything longer is raised with its
``retry_after`` and comes back through durable work.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from connectors.allegro.errors import AllegroError, RateLimited, Unavailable

# Jitter needs no secrecy, only that workers do not come back in step.
_jitter = random.Random()  # noqa: S311


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long one call may be tried. All times in seconds.

    ``sleep_budget`` bounds the sum of all waits, ``patience`` the time after which a call is no
    longer repeated at all: after one read timeout the next attempt belongs to another day.
    """

    max_attempts: int = 3
    sleep_budget: float = 4.0
    patience: float = 20.0
    first_delay: float = 0.25
    longest_delay: float = 2.0

    def delay(
        self, error: AllegroError, *, attempt: int, slept: float, elapsed: float
    ) -> float | None:
        """Give the seconds to wait before the next attempt, or None to let the error out.

        ``attempt`` counts from 1, ``slept`` is what was waited before, ``elapsed`` the age of the
        whole call.
        """
        if not may_repeat(error) or attempt >= self.max_attempts or elapsed > self.patience:
            return None
        wait = self._wait(error, attempt)
        return wait if slept + wait <= self.sleep_budget else None

    def _wait(self, error: AllegroError, attempt: int) -> float:
        if error.retry_after is not None:
            return error.retry_after
        if isinstance(error, RateLimited):
            return float("inf")  # a 429 without Retry-After costs a minute
        ceiling = min(self.longest_delay, self.first_delay * 2.0 ** (attempt - 1))
        return _jitter.uniform(ceiling / 2, ceiling)


def may_repeat(error: AllegroError) -> bool:
    """Whether the same call may be sent again at once.

    Never after an unknown outcome, nor when our own limiter said no (status 0): it has already
    waited as long as it was allowed to.
    """
    if error.outcome_unknown:
        return False
    if isinstance(error, RateLimited):
        return error.status == 429
    return isinstance(error, Unavailable) and error.code != "unexpected_redirect"
