"""The shared budget, against a real Valkey."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from typing import Any

import pytest
import redis

from connectors.allegro import Bucket, Lane, RateLimited, RateLimiter
from connectors.allegro.budgets import RESERVES, budgets, connections
from connectors.allegro.limits import LIMITS, MAX_CONNECTIONS
from tests.connectors.conftest import Valkey
from tests.connectors.taking import SLOW, hold, take, taken


@pytest.mark.parametrize("bucket", list(Bucket))
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_burst_and_refill_together_stay_within_every_limit(bucket: Bucket, scale: float) -> None:
    made = budgets(seller_id="1", bucket=bucket, lane=Lane.ORDERS, scale=scale, cost=1)[1:]
    assert len(made) == len(LIMITS[bucket])
    for limit, budget in zip(LIMITS[bucket], made, strict=True):
        most = budget.capacity + budget.rate * limit.seconds
        # Of a share below one call in its window, one whole call goes: half a call cannot.
        assert most <= limit.amount * scale + 1e-6 or (limit.amount * scale < 1 and int(most) == 1)
        assert str(limit.seconds) in budget.key


def test_a_burst_is_taken_and_then_refused(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=SLOW)
    assert taken(limiter) == 10
    with pytest.raises(RateLimited) as caught:
        take(limiter)
    assert caught.value.status == 0
    assert caught.value.code == "own_budget"
    assert 0 < (caught.value.retry_after or 0) <= 2


def test_a_short_wait_is_waited(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=SLOW)
    taken(limiter)
    started = time.monotonic()
    take(limiter, max_wait=3.0)
    assert 0.3 < time.monotonic() - started < 2.0


def test_budgets_are_shared_by_limiters_and_apart_by_client(valkey: redis.Redis) -> None:
    assert taken(RateLimiter(valkey, scale=SLOW)) == 10
    assert taken(RateLimiter(valkey, scale=SLOW)) == 0
    assert taken(RateLimiter(valkey, scale=SLOW), client_id="another") == 10
    assert taken(RateLimiter(valkey, scale=SLOW, prefix="other")) == 10


def test_each_lane_leaves_head_room_for_those_above(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=SLOW)
    got = [taken(limiter, lane=lane) for lane in (Lane.SYNC, Lane.PRICES, Lane.STOCK, Lane.ORDERS)]
    assert got == [5, 2, 1, 2]
    assert sum(got) == 10


def test_lanes_are_ordered() -> None:
    assert [RESERVES[lane] for lane in Lane] == sorted(RESERVES.values())
    assert RESERVES[Lane.ORDERS] == 0
    assert [connections(lane) for lane in Lane] == [12, 10, 8, 6]


def test_a_sellers_budget_is_its_own(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=60 / 2490)
    arguments: dict[str, Any] = {"bucket": Bucket.OFFER_WRITE}
    assert taken(limiter, seller_id="1", **arguments) == 10
    assert taken(limiter, seller_id="1", **arguments) == 0
    assert taken(limiter, seller_id="2", **arguments) == 10
    assert taken(limiter, seller_id="1") > 0


def test_a_command_costs_its_offers(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    arguments: dict[str, Any] = {"bucket": Bucket.QUANTITY_COMMANDS, "cost": 1000}
    assert taken(limiter, **arguments) == 1
    with pytest.raises(RateLimited) as caught:
        take(limiter, **arguments)
    # 1500 at once, 125 more a second, 1000 spent: 500 are missing.
    assert caught.value.retry_after == pytest.approx(4, abs=0.3)
    take(limiter)  # the application's own budget paid for one request, not for a thousand


def test_a_command_larger_than_its_bucket_goes_once_and_leaves_a_debt(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=0.1)
    arguments: dict[str, Any] = {"bucket": Bucket.QUANTITY_COMMANDS, "cost": 1000}
    take(limiter, **arguments)
    with pytest.raises(RateLimited) as caught:
        take(limiter, **arguments)
    # 150 fit and 1000 were taken: 1000 must flow back at 12.5 a second.
    assert caught.value.retry_after == pytest.approx(80, abs=1)


def test_a_refused_call_takes_nothing(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=SLOW)
    narrow: dict[str, Any] = {"bucket": Bucket.OFFER_WRITE, "seller_id": "1"}
    writes = taken(limiter, **narrow)
    for _ in range(50):
        with pytest.raises(RateLimited):
            take(limiter, **narrow)
    assert taken(limiter) == 10 - writes


def test_connections_are_capped_and_given_back(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    with contextlib.ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS):
            stack.enter_context(hold(limiter))
        with pytest.raises(RateLimited) as caught:
            take(limiter, max_wait=0.2)
        assert caught.value.code == "own_connections"
    take(limiter)


def test_a_connection_is_given_back_when_the_call_fails(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    for _ in range(MAX_CONNECTIONS + 3):
        with (
            pytest.raises(ZeroDivisionError),
            hold(limiter),
        ):
            raise ZeroDivisionError


def test_connections_of_a_killed_worker_lapse(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, lease_seconds=0.3)
    leaked = [hold(limiter) for _ in range(MAX_CONNECTIONS)]
    with pytest.raises(RateLimited):
        take(limiter)
    take(limiter, max_wait=2.0)
    assert leaked  # nobody ever gave them back


def test_sync_leaves_connections_for_orders(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    with contextlib.ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS // 2):
            stack.enter_context(hold(limiter, lane=Lane.SYNC))
        with pytest.raises(RateLimited):
            take(limiter, lane=Lane.SYNC)
        take(limiter, lane=Lane.ORDERS)


def test_threads_together_never_exceed_connections_or_budget(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=10 * SLOW)
    lock, busy, most, granted = threading.Lock(), 0, 0, 0

    def work() -> None:
        nonlocal busy, most, granted
        for _ in range(10):
            with (
                contextlib.suppress(RateLimited),
                hold(limiter, max_wait=0.3),
            ):
                with lock:
                    busy, granted = busy + 1, granted + 1
                    most = max(most, busy)
                time.sleep(0.005)
                with lock:
                    busy -= 1

    started = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    assert 1 < most <= MAX_CONNECTIONS
    assert 100 <= granted <= 100 + seconds * 8.34 + 1


def _process(socket: str, tries: int, results: Any) -> None:
    limiter = RateLimiter(redis.Redis(unix_socket_path=socket), scale=10 * SLOW)
    results.put(taken(limiter, tries=tries, max_wait=0.0))


def test_processes_share_one_budget(valkey: redis.Redis, shared_valkey: Valkey) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    arguments = (str(shared_valkey.socket), 200, results)
    started = time.monotonic()
    processes = [context.Process(target=_process, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    granted = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()
    most = 100 + (time.monotonic() - started) * 8.34 + 1
    assert 100 <= sum(granted) <= most


def test_a_scale_of_nothing_is_refused(valkey: redis.Redis) -> None:
    with pytest.raises(ValueError, match="scale"):
        RateLimiter(valkey, scale=0)
