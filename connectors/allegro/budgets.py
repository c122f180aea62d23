"""Which token buckets a call draws from, and what each lane must leave in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.allegro.limits import (
    BURST_SHARE,
    CLIENT_LIMIT,
    LIMITS,
    MAX_CONNECTIONS,
    Bucket,
    Limit,
    Scope,
)


class Lane(StrEnum):
    """Priority, highest first: an order must not wait for a price list."""

    ORDERS = "orders"
    STOCK = "stock"
    PRICES = "prices"
    SYNC = "sync"


# Share of every bucket and of the connections that a lane leaves to the lanes above it.
RESERVES: dict[Lane, float] = {Lane.ORDERS: 0.0, Lane.STOCK: 0.15, Lane.PRICES: 0.3, Lane.SYNC: 0.5}


@dataclass(frozen=True)
class Budget:
    """One token bucket as a lane sees it: ``capacity`` tokens, ``rate`` more per second."""

    key: str
    capacity: float
    rate: float
    reserve: float
    cost: float


def budgets(*, seller_id: str, bucket: Bucket, lane: Lane, scale: float, cost: int) -> list[Budget]:
    """Give every bucket one call draws from.

    ``cost`` is counted in the bucket's own units; for the application's budget each call is one
    request. Capacity and refill together stay within the limit in any window of its length.
    """
    return [_budget("client", CLIENT_LIMIT, lane, scale, 1)] + [
        _budget(_key(limit, bucket, seller_id), limit, lane, scale, cost)
        for limit in LIMITS[bucket]
    ]


def connections(lane: Lane) -> int:
    """Give how many connections may be busy before this lane has to wait."""
    return max(1, round(MAX_CONNECTIONS * (1 - RESERVES[lane])))


def _key(limit: Limit, bucket: Bucket, seller_id: str) -> str:
    owner = f"seller:{seller_id}" if limit.scope is Scope.SELLER else "client"
    return f"{owner}:{bucket}:{limit.seconds}"


def _budget(key: str, limit: Limit, lane: Lane, scale: float, cost: int) -> Budget:
    amount = limit.amount * scale
    capacity = max(1.0, amount * BURST_SHARE)
    rate = max(amount - capacity, amount * 0.1) / limit.seconds
    return Budget(key, capacity, rate, capacity * RESERVES[lane], cost)
