"""The budget when Valkey is flushed, away, or back again."""

from __future__ import annotations

import contextlib
import logging
import time

import pytest
import redis

from connectors.allegro import Bucket, RateLimited, RateLimiter
from tests.connectors.conftest import Valkey
from tests.connectors.taking import SLOW, hold, refused, take, taken


def test_a_flush_refills_and_harms_nothing(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey, scale=SLOW)
    assert taken(limiter) == 10
    valkey.flushall()
    valkey.script_flush()
    with hold(limiter):
        valkey.flushall()
    assert taken(limiter) == 10


def test_without_redis_calls_go_on_from_a_small_budget_of_their_own(
    own_valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "connectors.allegro.limiter")
    limiter = RateLimiter(own_valkey.connect(), scale=60 * SLOW)
    take(limiter)
    own_valkey.stop()
    granted = taken(limiter)
    assert granted == 60  # a tenth of what all share
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert refused(limiter, retry_after=9) == 9
    with pytest.raises(RateLimited):
        take(limiter, seller_id="1")


def test_redis_going_away_in_the_middle_of_a_call_is_no_error(own_valkey: Valkey) -> None:
    limiter = RateLimiter(own_valkey.connect())
    with hold(limiter):
        own_valkey.stop()
    take(limiter)


def test_without_redis_a_process_keeps_to_two_connections(own_valkey: Valkey) -> None:
    limiter = RateLimiter(own_valkey.connect())
    own_valkey.stop()
    with contextlib.ExitStack() as stack:
        stack.enter_context(hold(limiter))
        stack.enter_context(hold(limiter))
        with pytest.raises(RateLimited) as caught:
            take(limiter, max_wait=0.1)
        assert caught.value.code == "own_connections"
    take(limiter)


@pytest.mark.slow
def test_sharing_resumes_when_redis_is_back(
    own_valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "connectors.allegro.limiter")
    connection = own_valkey.connect()
    limiter = RateLimiter(connection)
    own_valkey.stop()
    take(limiter)
    own_valkey.start()
    time.sleep(5.2)
    take(limiter)
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]
    assert connection.exists("allegro:{app}:bucket:client")


def test_a_limiter_made_from_an_address_gives_up_quickly(own_valkey: Valkey) -> None:
    limiter = RateLimiter.from_url(f"unix://{own_valkey.socket}", scale=SLOW)
    assert taken(limiter) == 10
    own_valkey.stop()
    started = time.monotonic()
    take(limiter)
    assert time.monotonic() - started < 0.5


def test_decoding_connections_work_too(shared_valkey: Valkey, valkey: redis.Redis) -> None:
    decoding = redis.Redis(unix_socket_path=str(shared_valkey.socket), decode_responses=True)
    assert taken(RateLimiter(decoding, scale=SLOW)) == 10


def test_nothing_stays_in_redis_for_ever(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    take(limiter, bucket=Bucket.OFFER_WRITE)
    refused(limiter)
    keys = list(valkey.scan_iter())
    assert keys
    assert all(valkey.pttl(key) > 0 for key in keys)
