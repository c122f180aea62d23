"""A refusal by Allegro stops its budget for everyone, for as long as it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from connectors.allegro import AllegroClient, Bucket, RateLimited, RateLimiter
from tests.connectors.scripted_server import Reply, ScriptedServer
from tests.connectors.taking import refused, take


def test_a_refusal_stops_its_budget_for_everyone(valkey: redis.Redis) -> None:
    assert refused(RateLimiter(valkey), retry_after=7) == 7
    other = RateLimiter(valkey)
    with pytest.raises(RateLimited) as caught:
        take(other)
    assert caught.value.retry_after == pytest.approx(7, abs=0.5)
    take(other, seller_id="2")
    take(other, bucket=Bucket.OFFER_PARTS)


def test_a_stop_ends(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    refused(limiter, retry_after=0.4)
    with pytest.raises(RateLimited):
        take(limiter)
    take(limiter, max_wait=1.0)


def test_a_refusal_without_retry_after_costs_a_minute(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    assert refused(limiter) == 60
    with pytest.raises(RateLimited) as caught:
        take(limiter, max_wait=3)
    assert caught.value.retry_after == pytest.approx(60, abs=1)


def test_calls_in_flight_do_not_prolong_a_stop_but_hammering_does(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    assert [refused(limiter) for _ in range(5)] == [60] * 5
    pauses = []
    for _ in range(6):
        valkey.delete("allegro:{app}:stop:1:default")  # the stop ran out
        pauses.append(refused(limiter))
    assert pauses == [120, 240, 480, 900, 900, 900]


def test_a_longer_stop_is_not_shortened(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    refused(limiter, retry_after=50)
    refused(limiter, retry_after=1)
    with pytest.raises(RateLimited) as caught:
        take(limiter)
    assert caught.value.retry_after == pytest.approx(50, abs=1)


def test_an_absurd_retry_after_is_bounded(valkey: redis.Redis) -> None:
    assert refused(RateLimiter(valkey), retry_after=1e9) == 3600


def test_refusals_of_several_budgets_stop_the_application(valkey: redis.Redis) -> None:
    limiter = RateLimiter(valkey)
    refused(limiter, "1")
    refused(limiter, "2")
    take(limiter, seller_id="9")
    refused(limiter, "3")
    with pytest.raises(RateLimited):
        take(limiter, seller_id="9")
    take(limiter, seller_id="9", client_id="another")


ClientOf = Callable[..., AllegroClient]


def test_a_429_stops_other_clients_of_the_same_budget(
    client_of: ClientOf, valkey: redis.Redis
) -> None:
    with ScriptedServer(Reply(429, headers={"Retry-After": "20"})) as server:
        for expected in (429, 0):
            with pytest.raises(RateLimited) as caught:
                client_of(server, limiter=RateLimiter(valkey)).me()
            assert caught.value.status == expected
            assert caught.value.operation == "me"
            assert caught.value.retry_after == pytest.approx(20, abs=1)
    assert len(server.seen) == 1


def test_a_short_429_is_waited_out_behind_the_limiter(
    client_of: ClientOf, valkey: redis.Redis
) -> None:
    answers = (Reply(429, headers={"Retry-After": "1"}), Reply(body=b'{"id": "1"}'))
    with ScriptedServer(*answers) as server:
        assert client_of(server, limiter=RateLimiter(valkey)).me()["id"] == "1"
    assert len(server.seen) == 2
