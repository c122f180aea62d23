"""The client against the sandbox when things go wrong."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest

from connectors.allegro import AuthError, Exchange, RateLimited, TokenPair, Unavailable
from tests.contract.cases import World
from tests.contract.conftest import ClientOf, Hand

READ = "GET /sale/product-offers/{offerId}/parts"
SHIP = "POST /order/checkout-forms/{id}/shipments"


def fault(hand: Hand, seller: dict[str, Any], kind: str, **more: Any) -> None:
    hand("POST", "/faults", kind=kind, seller=seller["login"], **more)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "drop"},
        {"kind": "truncate"},
        {"kind": "garbage"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 504},
        {"kind": "status", "status": 429, "retryAfter": 1},
    ],
    ids=lambda rule: f"{rule['kind']}-{rule.get('status', '')}",
)
def test_a_read_survives_one_fault(
    world: World,
    hand: Hand,
    seller: dict[str, Any],
    exchanges: list[Exchange],
    rule: dict[str, Any],
) -> None:
    hand("POST", "/faults", seller=seller["login"], route=READ, count=1, **rule)
    assert world.client.offers.parts(world.offer_ids[0])["id"] == world.offer_ids[0]
    assert [one.attempt for one in exchanges] == [1, 2]
    exchanges.clear()  # faulty on purpose


@pytest.mark.parametrize("kind", ["drop", "truncate", "garbage"])
def test_a_read_that_never_succeeds_is_unavailable(
    client_of: ClientOf, world: World, hand: Hand, seller: dict[str, Any], kind: str
) -> None:
    fault(hand, seller, kind, route=READ)
    with pytest.raises(Unavailable) as caught:
        client_of().offers.parts(world.offer_ids[0])
    assert caught.value.retryable
    assert caught.value.attempts == 3
    if kind == "truncate":
        assert caught.value.trace_id


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_shipment_without_an_answer_is_sent_once_and_found_by_reading(
    client_of: ClientOf, world: World, hand: Hand, seller: dict[str, Any], *, after_effect: bool
) -> None:
    form = world.order()
    carrier = world.client.orders.carriers()[0]["id"]
    fault(hand, seller, "drop", route=SHIP, count=1, afterEffect=after_effect)
    client = client_of()
    with pytest.raises(Unavailable) as caught:
        client.orders.add_shipment(form["id"], carrier_id=carrier, waybill="6200012345")
    assert caught.value.outcome_unknown
    assert not caught.value.retryable
    assert len(client.orders.shipments(form["id"])) == (1 if after_effect else 0)


def test_a_command_whose_answer_was_lost_is_found_accepted(
    client_of: ClientOf, world: World, hand: Hand, seller: dict[str, Any]
) -> None:
    route = "PUT /sale/offer-quantity-change-commands/{commandId}"
    fault(hand, seller, "drop", route=route, count=1, afterEffect=True)
    command = uuid4()
    state = client_of().commands.change_quantity(command, offer_ids=world.offer_ids[:1], value=3)
    assert state.replayed
    assert state.id == str(command)


def test_a_long_429_is_raised_at_once(
    client_of: ClientOf, hand: Hand, seller: dict[str, Any]
) -> None:
    fault(hand, seller, "status", status=429, retryAfter=60)
    started = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        client_of().me()
    assert time.monotonic() - started < 2
    assert (caught.value.retry_after, caught.value.code) == (60, "TOO_MANY_REQUESTS")


def test_latency_above_the_timeout_is_unavailable(
    client_of: ClientOf, hand: Hand, seller: dict[str, Any]
) -> None:
    fault(hand, seller, "latency", latencyMs=800, count=1)
    with pytest.raises(Unavailable) as caught:
        client_of(read_timeout=0.3, max_attempts=1).me()
    assert caught.value.code == "timeout"


def test_a_revoked_token_is_renewed_through_the_callback_once(
    client_of: ClientOf, hand: Hand, seller: dict[str, Any], tokens: TokenPair
) -> None:
    asked: list[bool] = []

    def token(refused: bool) -> str:
        asked.append(refused)
        return tokens.access_token

    hand("POST", "/tokens/revoke", seller=seller["login"])
    with pytest.raises(AuthError) as caught:
        client_of(access_token=token).me()
    assert asked == [False, True]
    assert caught.value.status == 401
