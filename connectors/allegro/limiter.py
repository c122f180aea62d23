"""Keeping within Allegro's limits, together with all other workers.

Token buckets and connections live in Redis. Losing Redis loses no calls: a flush refills the
buckets, and while it is away each process keeps to a small budget of its own.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from connectors.allegro.budgets import Lane, budgets, connections
from connectors.allegro.errors import RateLimited
from connectors.allegro.limits import (
    CLIENT_STOP_AFTER,
    CLIENT_STOP_WINDOW,
    RETRY_AFTER_MAX,
    STOP_SECONDS,
    STOP_SECONDS_MAX,
    Bucket,
)
from connectors.allegro.local_limiter import LocalLimiter

__all__ = ["Lane", "RateLimiter"]

logger = logging.getLogger("connectors.allegro.limiter")

_HERE = Path(__file__).parent
_ACQUIRE = (_HERE / "limiter.lua").read_text(encoding="utf-8")
_STOP = (_HERE / "limiter_stop.lua").read_text(encoding="utf-8")

# After Redis failed, it is left alone for a while: a call must not pay its timeout each time.
_REDIS_PAUSE = 5.0
_CONNECTION_SHORT = 2

Result = TypeVar("Result")
# Jitter needs no secrecy, only that workers do not come back in step.
_jitter = random.Random()  # noqa: S311


class RateLimiter:
    """The shared budget of one Allegro application. Safe to use from several threads.

    ``scale`` multiplies every published limit: below 1 when something else uses the same client
    id. ``lease_seconds`` is when a connection counts as free although nobody gave it back, because
    its worker died: longer than any call takes.
    """

    def __init__(
        self,
        redis: redis.Redis,
        *,
        prefix: str = "allegro",
        scale: float = 1.0,
        lease_seconds: float = 90.0,
    ) -> None:
        """Prepare the scripts; does not touch Redis yet. See ``from_url`` for the usual way."""
        if not scale > 0:
            raise ValueError("scale must be above zero")
        self._redis = redis
        self._prefix = prefix
        self._scale = scale
        self._lease_ms = round(lease_seconds * 1000)
        self._take = redis.register_script(_ACQUIRE)
        self._stop = redis.register_script(_STOP)
        self._local = LocalLimiter(scale)
        self._away_until = 0.0
        self._away = False
        self._lock = threading.Lock()

    @classmethod
    def from_url(cls, url: str, **settings: Any) -> Self:
        """Make a limiter with a connection that gives up quickly, as one in every call should.

        ``settings`` are those of the constructor. The client library's own default waits seconds
        for a Redis that is down.
        """
        connection = redis.Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 1)
        )
        return cls(connection, **settings)

    def acquire(
        self,
        *,
        client_id: str,
        seller_id: str,
        bucket: Bucket,
        lane: Lane,
        max_wait: float,
        cost: int = 1,
    ) -> AbstractContextManager[None]:
        """Take ``cost`` from every budget concerned and hold a connection for the ``with`` block.

        Waits at most ``max_wait`` seconds; raises RateLimited (status 0) with the seconds to come
        back in when that is not enough. Never raises for Redis itself.
        """
        lease = uuid4().hex
        deadline = time.monotonic() + max_wait
        while True:
            kind, wait = self._try(client_id, seller_id, bucket, lane, cost, lease)
            if kind == 1:
                return self._held(client_id, lease)
            wait *= _jitter.uniform(0.5, 2.0) if kind == _CONNECTION_SHORT else 1.0
            if time.monotonic() + wait > deadline:
                raise RateLimited(
                    f"the {bucket} budget is used up",
                    code="own_connections" if kind == _CONNECTION_SHORT else "own_budget",
                    retry_after=max(wait, 1.0),
                )
            time.sleep(wait)

    def refused(
        self,
        *,
        client_id: str,
        seller_id: str,
        bucket: Bucket,
        retry_after: float | None = None,
    ) -> float:
        """Stop a budget after a 429 and give the seconds it is stopped for.

        Honours ``retry_after``; without it a minute, doubled with each refusal that follows, since
        calling while blocked prolongs the block. Refusals of several budgets at once stop the
        whole application, for that is what they mean.
        """
        asked = None if retry_after is None else min(retry_after, RETRY_AFTER_MAX)
        budget = f"{seller_id}:{bucket}"
        local = self._local.refused(f"{client_id}:{budget}", asked)
        stopped = self._with_redis(lambda: self._stop_in_redis(client_id, budget, asked))
        return local if stopped is None else stopped

    def _try(
        self, client_id: str, seller_id: str, bucket: Bucket, lane: Lane, cost: int, lease: str
    ) -> tuple[int, float]:
        needed = budgets(
            seller_id=seller_id, bucket=bucket, lane=lane, scale=self._scale, cost=cost
        )
        stops = [f"stop:{seller_id}:{bucket}", "stop"]
        names = ["busy", *stops, *(f"bucket:{one.key}" for one in needed)]
        numbers = [x for one in needed for x in (one.capacity, one.rate, one.reserve, one.cost)]
        shared = self._with_redis(
            lambda: self._take(
                keys=[self._key(client_id, name) for name in names],
                args=[len(stops), lease, self._lease_ms, connections(lane), *numbers],
            )
        )
        if shared is None:
            return self._local.acquire(
                client_id, f"{client_id}:{seller_id}:{bucket}", needed, lease
            )
        return int(shared[0]), int(shared[1]) / 1000

    @contextmanager
    def _held(self, client_id: str, lease: str) -> Iterator[None]:
        try:
            yield
        finally:
            self._local.release(client_id, lease)
            self._with_redis(lambda: self._redis.zrem(self._key(client_id, "busy"), lease))

    def _stop_in_redis(self, client_id: str, budget: str, asked: float | None) -> float:
        names = [f"stop:{budget}", f"strikes:{budget}", "stop", "refused"]
        stopped: Any = self._stop(
            keys=[self._key(client_id, name) for name in names],
            args=[
                -1 if asked is None else round(asked * 1000),
                round(STOP_SECONDS * 1000),
                round(STOP_SECONDS_MAX * 1000),
                budget,
                CLIENT_STOP_AFTER,
                round(CLIENT_STOP_WINDOW * 1000),
            ],
        )
        return int(stopped) / 1000

    def _key(self, client_id: str, name: str) -> str:
        # The braces keep an application's keys on one node of a cluster.
        return f"{self._prefix}:{{{client_id}}}:{name}"

    def _with_redis(self, action: Callable[[], Result]) -> Result | None:
        """Do something in Redis, or give None while it is away. Logs each outage once."""
        with self._lock:
            if time.monotonic() < self._away_until:
                return None
        try:
            result = action()
        except (RedisError, OSError) as broken:
            self._lost(broken)
            return None
        self._found()
        return result

    def _lost(self, broken: Exception) -> None:
        with self._lock:
            self._away_until = time.monotonic() + _REDIS_PAUSE
            first, self._away = not self._away, True
        if first:
            logger.warning(
                "rate limits are kept by each process alone while Redis is away",
                extra={"reason": type(broken).__name__},
            )

    def _found(self) -> None:
        with self._lock:
            back, self._away = self._away, False
        if back:
            logger.info("rate limits are shared again")
