"""What the calls leave behind on the sandbox, read back from its own state."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from connectors.allegro import (
    Accepted,
    CommandKind,
    Conflict,
    Done,
    Exchange,
    Forbidden,
    NotFound,
    OperationState,
    Rejected,
    amount_of,
)
from tests.contract.cases import World, follow_lowest
from tests.contract.conftest import ClientOf, Hand


def true_offer(hand: Hand, offer_id: str) -> dict[str, Any]:
    found: dict[str, Any] = hand("GET", f"/offers/{offer_id}")
    return found


def test_a_quantity_command_sets_every_offer(world: World, hand: Hand) -> None:
    command, offers = uuid4(), world.offer_ids[:3]
    world.client.commands.change_quantity(command, offer_ids=offers, value=4)
    hand("POST", "/clock", advance=5)
    state = world.client.commands.status(CommandKind.QUANTITY, command)
    assert (state.is_complete, state.success, state.failed) == (True, 3, 0)
    tasks = world.client.commands.tasks(CommandKind.QUANTITY, command)
    assert {task["status"] for task in tasks} == {"SUCCESS"}
    assert [true_offer(hand, one)["available"] for one in offers] == [4, 4, 4]


def test_a_gain_sent_twice_under_one_id_counts_once(world: World, hand: Hand) -> None:
    command, offer = uuid4(), world.offer_ids[0]
    before = true_offer(hand, offer)["available"]
    for replayed in (False, True):
        state = world.client.commands.change_quantity(
            command, offer_ids=[offer], value=3, change_type="GAIN"
        )
        assert state.replayed is replayed
        hand("POST", "/clock", advance=5)
    assert true_offer(hand, offer)["available"] == before + 3


def test_a_bulk_command_gives_each_offer_its_own_values(world: World, hand: Hand) -> None:
    first, second = world.offer_ids[:2]
    command = uuid4()
    changes: list[dict[str, Any]] = [
        {"offerId": first, "stock": {"changeType": "FIXED", "value": 9}},
        {
            "offerId": second,
            "prices": {
                "allegro-pl": {
                    "changeType": "FIXED",
                    "value": {"amount": "55.50", "currency": "PLN"},
                }
            },
        },
    ]
    world.client.commands.bulk_modify(command, modifications=changes)
    hand("POST", "/clock", advance=5)
    assert world.client.commands.bulk_modify(command, modifications=changes).replayed
    assert true_offer(hand, first)["available"] == 9
    assert amount_of(true_offer(hand, second)["price"]) == (Decimal("55.50"), "PLN")


@pytest.mark.parametrize(
    ("modification", "read", "expected"),
    [
        ({"delivery": {"handlingTime": "PT72H"}}, lambda o: o["delivery"]["handlingTime"], "PT72H"),
        ({"payments": {"invoice": "VAT_MARGIN"}}, lambda o: o["payments"]["invoice"], "VAT_MARGIN"),
        (
            {"payments": {"tax": {"percentage": "8.00"}}},
            lambda o: o["taxSettings"]["rates"][0]["rate"],
            "8.00",
        ),
    ],
)
def test_a_modification_command_changes_every_offer_once(
    world: World,
    hand: Hand,
    modification: dict[str, Any],
    read: Callable[[Any], str],
    expected: str,
) -> None:
    command, offers = uuid4(), world.offer_ids[:2]
    commands = world.client.commands
    before = read(world.client.offers.get(world.offer_ids[2]))
    commands.modify(command, offer_ids=offers, modification=modification)
    hand("POST", "/clock", advance=5)
    assert commands.modify(command, offer_ids=offers, modification=modification).replayed
    assert {read(world.client.offers.get(one)) for one in offers} == {expected}
    assert read(world.client.offers.get(world.offer_ids[2])) == before


def test_a_modification_of_two_groups_is_not_sent(world: World, exchanges: list[Exchange]) -> None:
    both = {"delivery": {"handlingTime": "PT72H"}, "payments": {"invoice": "VAT"}}
    for modification in (both, {}):
        with pytest.raises(ValueError, match="exactly one"):
            world.client.commands.modify(uuid4(), offer_ids=["1"], modification=modification)
    assert exchanges == []


def test_a_price_rule_is_assigned_once_and_taken_away(world: World, hand: Hand) -> None:
    command, offers = uuid4(), world.offer_ids[:2]
    commands, wanted = world.client.commands, follow_lowest()
    for replayed in (False, True):
        state = commands.automate_prices(command, offer_ids=offers, modification=wanted)
        assert (state.id, state.replayed) == (str(command), replayed)
        done_and_listed(hand)
    rule = wanted["set"][0]["rule"]["id"]
    assert [rule_of(world, one) for one in world.offer_ids[:3]] == [rule, rule, None]
    removal = {"remove": [{"marketplace": {"id": "allegro-pl"}}]}
    commands.automate_prices(uuid4(), offer_ids=offers[:1], modification=removal)
    done_and_listed(hand)
    assert [rule_of(world, one) for one in offers] == [None, rule]


@pytest.mark.parametrize("modification", [{}, {"set": []}, {"remove": [], "set": []}, {"put": [1]}])
def test_a_price_automation_of_no_kind_is_not_sent(
    world: World, exchanges: list[Exchange], modification: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="either"):
        world.client.commands.automate_prices(uuid4(), offer_ids=["1"], modification=modification)
    assert exchanges == []


def done_and_listed(hand: Hand) -> None:
    """Let commands be done, and then let the listing learn of it."""
    for _ in range(2):
        hand("POST", "/clock", advance=5)


def rule_of(world: World, offer_id: str) -> str | None:
    """The offer's pricing rule on its own marketplace, as the listing shows it."""
    named: dict[str, Any] = {"offer.id": offer_id}
    selling: dict[str, Any] = dict(world.client.offers.list(**named).offers[0]["sellingMode"] or {})
    automation = selling.get("priceAutomation") or {}
    return (automation.get("rule") or {}).get("id")


def test_ending_by_command_ends(world: World, hand: Hand) -> None:
    offer = world.offer_ids[0]
    world.client.commands.publish(uuid4(), offer_ids=[offer], action="END")
    hand("POST", "/clock", advance=5)
    assert true_offer(hand, offer)["status"] == "ENDED"


def test_stock_zero_ends_an_offer(world: World, hand: Hand) -> None:
    offer = world.offer_ids[0]
    done = world.client.offers.patch(offer, {"stock": {"available": 0, "unit": "UNIT"}})
    assert isinstance(done, Done)
    assert true_offer(hand, offer)["status"] == "ENDED"


def test_a_new_offer_appears_once_its_operation_is_done(world: World, hand: Hand) -> None:
    code = f"OP-{uuid4().hex[:8]}"
    body = world.offer_like(code, publication={"status": "ACTIVE"})
    accepted = world.client.offers.create(body)
    assert isinstance(accepted, Accepted)
    running = world.client.offers.operation(accepted.offer_id, accepted.operation_id)
    assert not running.done
    hand("POST", "/clock", advance=10)
    done = world.client.offers.operation(accepted.offer_id, accepted.operation_id)
    assert isinstance(done, OperationState)
    assert (done.done, done.offer_id) == (True, accepted.offer_id)
    assert true_offer(hand, done.offer_id)["externalId"] == code
    named: dict[str, Any] = {"external.id": code}
    found = world.client.offers.list(**named).offers
    assert [one["id"] for one in found] == [accepted.offer_id]


def test_a_purchase_takes_stock_and_is_read_through_the_journal(world: World, hand: Hand) -> None:
    first, second = world.offer_ids[:2]
    before = [true_offer(hand, one)["available"] for one in (first, second)]
    form_id = world.buy({first: 2, second: 1})
    events = world.client.orders.events()
    assert {one["type"] for one in events} >= {"READY_FOR_PROCESSING"}
    assert [one["id"] for one in events] == sorted((one["id"] for one in events), key=int)
    form = world.client.orders.checkout_form(form_id)
    total = sum(amount_of(line["price"])[0] * line["quantity"] for line in form["lineItems"])
    assert amount_of((form["summary"] or {})["totalToPay"])[0] >= total
    after = [true_offer(hand, one)["available"] for one in (first, second)]
    assert after == [before[0] - 2, before[1] - 1]


def test_the_journal_is_read_in_pages_without_loss(world: World) -> None:
    forms = {world.buy({world.offer_ids[0]: 1}) for _ in range(2)}
    whole = world.client.orders.events()
    paged, cursor = [], None
    while page := world.client.orders.events(after=cursor, limit=2):
        paged += page
        cursor = page[-1]["id"]
    assert [one["id"] for one in paged] == [one["id"] for one in whole]
    named = {((one["order"] or {}).get("checkoutForm") or {}).get("id") for one in whole}
    assert forms <= named


def test_a_revision_that_is_outdated_is_a_conflict_and_changes_nothing(
    world: World, hand: Hand
) -> None:
    form = world.order()
    hand("POST", f"/orders/{form['id']}/address", street="Nowa 1")
    with pytest.raises(Conflict):
        world.client.orders.set_fulfilment(form["id"], status="SENT", revision=form["revision"])
    now = world.client.orders.checkout_form(form["id"])
    assert (now["fulfillment"] or {})["status"] != "SENT"
    world.client.orders.set_fulfilment(form["id"], status="PROCESSING", revision=now["revision"])


def test_a_refund_repeated_under_one_id_is_one_refund(
    world: World, hand: Hand, seller: dict[str, Any]
) -> None:
    form, command = world.order(), uuid4()
    lines = [{"id": form["lineItems"][0]["id"], "type": "QUANTITY", "quantity": 1}]
    for _ in range(3):
        world.client.payments.refund(
            command,
            payment_id=(form["payment"] or {})["id"],
            order_id=form["id"],
            reason="REFUND",
            details={"lineItems": lines},
        )
    assert len(hand("GET", f"/sellers/{seller['login']}")["refunds"]) == 1


def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.client.orders.checkout_form(str(uuid4()))
    with pytest.raises(NotFound):
        world.client.offers.get("999")
    with pytest.raises(NotFound):
        world.client.commands.status(CommandKind.QUANTITY, uuid4())


def test_a_wrong_field_is_rejected_with_its_path(world: World) -> None:
    form = world.order()
    with pytest.raises(Rejected) as caught:
        world.client.orders.set_fulfilment(form["id"], status="RETURNED", revision=None)
    assert caught.value.status == 422
    assert caught.value.trace_id
    assert caught.value.errors[0].code


def test_somebody_elses_offer_is_out_of_reach(
    world: World, hand: Hand, exchanges: list[Exchange]
) -> None:
    stranger = hand("POST", "/sellers", login=f"x-{uuid4().hex[:8]}", offers=1)["login"]
    foreign = hand("GET", f"/sellers/{stranger}")["offers"][0]
    with pytest.raises((Forbidden, NotFound)):
        world.client.offers.patch(foreign["id"], {"stock": {"available": 77, "unit": "UNIT"}})
    assert true_offer(hand, foreign["id"])["available"] == foreign["available"]


def test_a_user_agent_that_is_not_registered_is_forbidden(client_of: ClientOf) -> None:
    with pytest.raises(Forbidden):
        client_of(user_agent="Somebody/1.0 (+https://else.example/app)").me()
