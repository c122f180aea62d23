"""Stock on its way to the running sandbox: sent, read back, refused, retried; the sandbox tells the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from offers.models import Offer, OfferPush, StockCommand, StockCommandItem
from offers.operations import request_push
from offers.operations.forgetting import forget_commands
from offers.operations.pushing import LEASE, LOOK_AFTER, hint_due_accounts
from settings_app.models import Integration
from tests.offers.scene import (
    allow_stock,
    calls,
    forget_calls,
    offer_of,
    push,
    push_of,
    put_on_shelf,
    sell,
    shown,
)

pytestmark = pytest.mark.django_db


def test_a_changed_stock_is_sent_and_read_back(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    product = sell(account, numbers[0], on_hand=13)
    Offer.objects.update(read_at=timezone.now() - timedelta(hours=1))
    assert push(account) >= 1
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")
    assert offer_of(numbers[0]).fields.get(field="STOCK").theirs == "13"
    row = push_of(numbers[0])
    assert (row.state, row.reason, row.target, row.shown) == ("DONE", "SENT", 13, 13)
    put_on_shelf(product, 4)
    push(account)
    assert shown(allegro, numbers[0]) == (4, "ACTIVE")
    assert offer_of(numbers[0]).stock_shown == 4


def test_stock_zero_ends_the_offer_and_comes_back_with_stock(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    product = sell(account, numbers[0], on_hand=1)
    put_on_shelf(product, 0)
    push(account)
    assert shown(allegro, numbers[0]) == (0, "ENDED")
    row = push_of(numbers[0])
    assert (row.state, row.reason, row.target, row.shown) == ("DONE", "SENT", 0, 0)
    assert offer_of(numbers[0]).emptied_at is not None
    put_on_shelf(product, 9)
    push(account)
    assert shown(allegro, numbers[0]) == (9, "ACTIVE")
    assert push_of(numbers[0]).reason == "SENT"
    assert offer_of(numbers[0]).emptied_at is None


def test_policy_end_ends_without_touching_the_number(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allow_stock(account, zero_stock_policy="END")
    before, _status = shown(allegro, numbers[0])
    product = sell(account, numbers[0], on_hand=1)
    put_on_shelf(product, 0)
    push(account)
    assert shown(allegro, numbers[0]) == (before, "ENDED")
    assert push_of(numbers[0]).state == WorkState.DONE
    put_on_shelf(product, 3)
    push(account)
    assert shown(allegro, numbers[0]) == (3, "ACTIVE")


def test_policy_leave_says_nothing(allegro: Any, account: Integration, numbers: list[str]) -> None:
    allow_stock(account, zero_stock_policy="LEAVE")
    before = shown(allegro, numbers[0])
    put_on_shelf(sell(account, numbers[0], on_hand=1), 0)
    push(account)
    assert shown(allegro, numbers[0]) == before
    assert push_of(numbers[0]).reason == "ZERO_LEFT"


def test_an_offer_the_seller_ended_stays_ended(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    product = sell(account, numbers[0], on_hand=5)
    push(account)
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"status": "ENDED"})
    put_on_shelf(product, 0)
    push(account)
    put_on_shelf(product, 7)
    push(account)
    assert shown(allegro, numbers[0])[1] == "ENDED"
    assert push_of(numbers[0]).reason == "ENDED"


def test_what_is_shown_already_is_not_written(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    there, _status = shown(allegro, numbers[0])
    sell(account, numbers[0], on_hand=there)
    forget_calls(allegro)
    push(account)
    row = push_of(numbers[0])
    assert (row.state, row.reason) == ("DONE", "EQUAL")
    assert not StockCommand.objects.exists()
    assert not [route for route in calls(allegro) if not route.startswith("GET")]


def test_many_wishes_are_one_write_of_the_newest(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    product = sell(account, numbers[0], on_hand=5)
    for pieces in (6, 7, 8):
        put_on_shelf(product, pieces)
    assert OfferPush.objects.count() == 1
    assert push_of(numbers[0]).wish == 4
    push(account)
    assert shown(allegro, numbers[0]) == (8, "ACTIVE")
    assert [item.value for item in StockCommandItem.objects.all()] == [8]


def test_different_numbers_share_a_bulk_command_and_equal_ones_a_quantity_command(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    for number in numbers[:5]:
        sell(account, number, on_hand=30 + numbers.index(number))
    push(account)
    assert [shown(allegro, n)[0] for n in numbers[:5]] == [30, 31, 32, 33, 34]
    assert list(StockCommand.objects.values_list("kind", "outcome")) == [("BULK", "DONE")]
    assert set(OfferPush.objects.values_list("state", "reason")) == {("DONE", "SENT")}


def test_nothing_is_written_while_the_switch_is_off(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allow_stock(account, may_write_stock=False)
    before = shown(allegro, numbers[0])
    product = sell(account, numbers[0], on_hand=17)
    put_on_shelf(product, 18)
    push(account)
    assert not OfferPush.objects.exists()
    assert shown(allegro, numbers[0]) == before


def request(account: Integration, *numbers: str) -> None:
    request_push(
        organization_id=account.organization_id,
        offer_ids=[offer_of(number).pk for number in numbers],
        reason="PERSON",
        actor=None,
        now=timezone.now(),
    )


def test_what_a_killed_pusher_had_claimed_is_sent_by_the_next_at_once(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    sell(account, numbers[0], on_hand=13)
    held_since = timezone.now() - LOOK_AFTER - timedelta(seconds=1)
    OfferPush.objects.update(state=WorkState.RUNNING, attempts=1, claimed_until=held_since + LEASE)
    assert hint_due_accounts() == 1
    assert push(account) >= 1
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")
    assert push_of(numbers[0]).state == WorkState.DONE


def test_old_writes_are_forgotten_but_for_those_that_ended_offers(account: Integration) -> None:
    now = timezone.now()
    for kind, days in (("PATCH", 91), ("PATCH", 89), ("END", 91)):
        StockCommand.objects.create(
            organization=account.organization,
            integration=account,
            kind=kind,
            state="DONE",
            created_at=now,
            completed_at=now - timedelta(days=days),
        )
    assert forget_commands(now=now) == 1
    assert sorted(StockCommand.objects.values_list("kind", flat=True)) == ["END", "PATCH"]


def test_an_offer_that_sold_out_and_is_listed_with_its_new_stock_too_soon_goes_on_sale_again(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    """Between the new stock and putting it on sale the listing may show it ended, with pieces."""
    product = sell(account, numbers[0], on_hand=1)
    push(account)
    lines = [{"offerId": numbers[0], "quantity": 1}]
    allegro.control("POST", "/purchases", {"seller": account.seller_login, "lines": lines})
    assert shown(allegro, numbers[0]) == (0, "ENDED")
    put_on_shelf(product, 3)
    push(account, seconds=0.001)
    assert shown(allegro, numbers[0]) == (2, "ENDED")
    Offer.objects.filter(allegro_id=numbers[0]).update(
        stock_available=2, publication_status="ENDED"
    )
    push(account)
    assert shown(allegro, numbers[0]) == (2, "ACTIVE")
    assert offer_of(numbers[0]).emptied_at is None
