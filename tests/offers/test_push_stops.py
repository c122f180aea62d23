"""What holds stock back: a switch, the operators' stop, the brake."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Notification
from offers.models import OfferPush, StockBrake, StockCommand
from offers.operations import CannotPush, drop_brake, push_now, release_brake
from settings_app.models import Integration
from settings_app.operations import stop_installation_stock, stop_organization_stock
from tests.offers.faults import (
    PATCH,
    fault,
    heal,
)
from tests.offers.scene import (
    allow_stock,
    make_due,
    offer_of,
    push,
    push_of,
    put_on_shelf,
    sell,
    shown,
    start_pusher,
)
from tests.worker import wait_for

pytestmark = pytest.mark.django_db


def test_the_kill_switch_stops_a_drain_between_two_writes(
    allegro: Any, transactional_db: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    for number in numbers[:6]:
        put_on_shelf(sell(account, number, on_hand=1), 0)
    fault(allegro, "latency", PATCH, latencyMs=1500)
    worker = start_pusher(account, allegro)
    wait_for(lambda: StockCommand.objects.filter(outcome="DONE").exists())
    stop_organization_stock(
        organization=account.organization, stopped=True, actor=owner, now=timezone.now()
    )
    worker.wait(30)
    heal(allegro)
    ended = [number for number in numbers[:6] if shown(allegro, number) == (0, "ENDED")]
    assert 1 <= len(ended) < 6
    assert not StockCommand.objects.filter(outcome="OPEN").exists()
    stop_organization_stock(
        organization=account.organization, stopped=False, actor=owner, now=timezone.now()
    )
    make_due()
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(0, "ENDED")] * 6


def test_the_operators_stop_holds_everybody(
    allegro: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    stop_installation_stock(stopped=True, actor=None, now=timezone.now())
    before = shown(allegro, numbers[0])
    sell(account, numbers[0], on_hand=13)
    push(account)
    assert shown(allegro, numbers[0]) == before
    row = push_of(numbers[0])
    assert (row.state, row.reason) == ("PENDING", "STOPPED")
    with pytest.raises(CannotPush):
        push_now(offer=offer_of(numbers[0]), actor=owner, now=timezone.now())
    stop_installation_stock(stopped=False, actor=None, now=timezone.now())
    make_due()
    push(account)
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")


@pytest.fixture
def braked(allegro: Any, account: Integration, numbers: list[str], owner: Any) -> StockBrake:
    """Six of eight offers fall to zero at once, with a brake at half of them, from four."""
    allow_stock(account, brake_share_percent=50, brake_minimum=4)
    products = [sell(account, number, on_hand=9) for number in numbers[:8]]
    push(account)
    for product in products[:6]:
        put_on_shelf(product, 0)
    put_on_shelf(products[7], 8)
    push(account)
    return StockBrake.objects.get()


def test_the_brake_holds_everything_and_tells(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    assert (braked.state, braked.zeros, braked.active) == ("OPEN", 6, 8)
    assert [shown(allegro, number) for number in numbers[:8]] == [(9, "ACTIVE")] * 8
    rows = OfferPush.objects.filter(state="PENDING")
    assert {row.reason for row in rows} == {"BRAKE"}
    assert Notification.objects.filter(user=owner, event="stock.brake").count() == 1
    make_due()
    push(account)
    assert Notification.objects.filter(user=owner, event="stock.brake").count() == 1


def test_released_the_zeros_go(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    release_brake(brake=braked, actor=owner, now=timezone.now())
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(0, "ENDED")] * 6
    assert shown(allegro, numbers[7]) == (8, "ACTIVE")
    assert not StockBrake.objects.filter(state="OPEN").exists()


def test_dropped_the_zeros_stay_unsent_and_the_rest_goes(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    assert drop_brake(brake=braked, actor=owner, now=timezone.now()) == 6
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(9, "ACTIVE")] * 6
    assert shown(allegro, numbers[7]) == (8, "ACTIVE")
    assert set(
        OfferPush.objects.filter(offer__allegro_id__in=numbers[:6]).values_list("state", "reason")
    ) == {("DONE", "DROPPED")}


def test_stock_mended_in_time_needs_no_decision_for_those_offers(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    for number in numbers[:6]:
        put_on_shelf(offer_of(number).links.get().product, 7)
    release_brake(brake=braked, actor=owner, now=timezone.now())
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(7, "ACTIVE")] * 6
