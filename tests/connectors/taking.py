"""Taking calls from the shared budget, as tests do."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from connectors.allegro import Bucket, Lane, RateLimited, RateLimiter

# At this scale the application may make 60 calls a minute, ten of them at once.
SLOW = 60 / 9000


def hold(
    limiter: RateLimiter,
    *,
    lane: Lane = Lane.ORDERS,
    seller_id: str = "1",
    bucket: Bucket = Bucket.DEFAULT,
    max_wait: float = 0.0,
    cost: int = 1,
    client_id: str = "app",
) -> AbstractContextManager[None]:
    return limiter.acquire(
        client_id=client_id,
        seller_id=seller_id,
        bucket=bucket,
        lane=lane,
        max_wait=max_wait,
        cost=cost,
    )


def take(limiter: RateLimiter, **settings: Any) -> None:
    with hold(limiter, **settings):
        pass


def taken(limiter: RateLimiter, *, tries: int = 200, **settings: Any) -> int:
    """How many calls go through before the limiter says no."""
    for count in range(tries):
        try:
            take(limiter, **settings)
        except RateLimited:
            return count
    return tries


def refused(limiter: RateLimiter, seller_id: str = "1", **settings: Any) -> float:
    return limiter.refused(
        client_id="app", seller_id=seller_id, **{"bucket": Bucket.DEFAULT, **settings}
    )
