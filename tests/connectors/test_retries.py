"""The retry decision alone: what is repeated, after how long, and when it is left alone."""

from __future__ import annotations

import pytest

from connectors.allegro import (
    AllegroError,
    AuthError,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.allegro.retries import RetryPolicy

POLICY = RetryPolicy(max_attempts=3, sleep_budget=4.0, patience=20.0)


def delay(
    error: AllegroError, *, attempt: int = 1, slept: float = 0.0, elapsed: float = 0.0
) -> float | None:
    return POLICY.delay(error, attempt=attempt, slept=slept, elapsed=elapsed)


@pytest.mark.parametrize(
    "error",
    [
        Rejected(status=422),
        AuthError(status=401),
        NotFound(status=404),
        Conflict(status=409),
        Unavailable(status=500, outcome_unknown=True),
        Unavailable(status=302, code="unexpected_redirect"),
        RateLimited(status=0, retry_after=0.1),
        RateLimited(status=429),
        RateLimited(status=429, retry_after=5),
        Unavailable(status=503, retry_after=60),
    ],
)
def test_what_is_not_repeated_at_once(error: AllegroError) -> None:
    assert delay(error) is None


@pytest.mark.parametrize("error", [Unavailable(status=500), Unavailable(status=0, code="timeout")])
def test_failures_are_repeated_with_a_growing_random_delay(error: AllegroError) -> None:
    first = [delay(error) for _ in range(50)]
    second = [delay(error, attempt=2) for _ in range(50)]
    assert all(wait is not None and 0.125 <= wait <= 0.25 for wait in first)
    assert all(wait is not None and 0.25 <= wait <= 0.5 for wait in second)
    assert len(set(first)) > 10


def test_retry_after_is_honoured_within_the_budget() -> None:
    assert delay(RateLimited(status=429, retry_after=2)) == 2
    assert delay(Unavailable(status=503, retry_after=0)) == 0


def test_the_budget_counts_all_waits_together() -> None:
    assert delay(RateLimited(status=429, retry_after=2), slept=2.0) == 2
    assert delay(RateLimited(status=429, retry_after=2), slept=2.1) is None


def test_attempts_end() -> None:
    assert delay(Unavailable(status=500), attempt=2) is not None
    assert delay(Unavailable(status=500), attempt=3) is None


def test_a_call_that_took_long_is_not_repeated() -> None:
    assert delay(Unavailable(code="timeout"), elapsed=19.0) is not None
    assert delay(Unavailable(code="timeout"), elapsed=21.0) is None


def test_the_delay_never_outgrows_its_ceiling() -> None:
    patient = RetryPolicy(max_attempts=99, sleep_budget=1e9, patience=1e9)
    waits = [patient.delay(Unavailable(), attempt=n, slept=0, elapsed=0) for n in range(1, 60)]
    assert all(wait is not None and wait <= 2.0 for wait in waits)
