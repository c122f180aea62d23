"""Doubts that must end well: a second unexplained fall, a command nobody answers for, absurd numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from inventory.operations import set_on_hand
from offers.models import Offer, OfferPush, StockCommand
from offers.targets import targets_for
from settings_app.models import Integration
from tests.inventory.test_allocation import place
from tests.offers.faults import BULK_STATUS, fault, five, heal, quantities
from tests.offers.scene import offer_of, push, push_of, put_on_shelf, sell, shown

pytestmark = pytest.mark.django_db


def test_a_second_unexplained_fall_is_waited_for_anew(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    """The wait for one purchase is over; the next one is waited for as long."""
    product = sell(account, numbers[0], on_hand=20)
    push(account)
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"available": 19})
    put_on_shelf(product, 25)
    OfferPush.objects.update(unexplained_since=timezone.now() - timedelta(minutes=5))
    push(account, seconds=0.001)
    assert shown(allegro, numbers[0]) == (25, "ACTIVE")
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"available": 24})
    put_on_shelf(product, 30)
    push(account, seconds=1)
    row = push_of(numbers[0])
    assert (row.state, row.reason, row.shown) == ("PENDING", "PURCHASE", 24)
    assert shown(allegro, numbers[0]) == (24, "ACTIVE")


def test_a_command_nobody_answers_for_does_not_hold_its_offers_for_ever(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    fault(allegro, "status", BULK_STATUS, status=403)
    wanted = five(account, numbers)
    push(account, seconds=2)
    command = StockCommand.objects.get()
    assert (command.outcome, command.state) == ("OPEN", WorkState.PENDING)
    early = timezone.now() - timedelta(minutes=61)
    StockCommand.objects.update(sent_at=early, next_attempt_at=timezone.now())
    push(account)
    command.refresh_from_db()
    assert (command.outcome, command.state) == ("NO_RESULT", "DONE")
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}
    heal(allegro)


def test_a_mistake_over_one_command_stays_with_it_and_the_account_goes_on(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    """A kind of a newer release, met after going back to this one."""
    made = timezone.now()
    strange = StockCommand.objects.create(
        organization=account.organization,
        integration=account,
        kind="NEWER",
        created_at=made,
        sent_at=made,
        next_attempt_at=made,
    )
    sell(account, numbers[0], on_hand=7)
    push(account, seconds=3)
    assert shown(allegro, numbers[0]) == (7, "ACTIVE")
    strange.refresh_from_db()
    assert (strange.state, strange.attempts, strange.outcome) == ("PENDING", 1, "OPEN")
    assert "NEWER" in strange.last_error
    assert strange.next_attempt_at > made + timedelta(seconds=9)
    early = made - timedelta(minutes=61)
    StockCommand.objects.filter(pk=strange.pk).update(sent_at=early, next_attempt_at=made)
    push(account, seconds=1)
    strange.refresh_from_db()
    assert (strange.state, strange.outcome) == ("DONE", "NO_RESULT")


def test_absurd_stock_of_one_offer_does_not_stop_the_others(
    allegro: Any, account: Integration, numbers: list[str], organization: Any
) -> None:
    """Two places full to the brim are more than a column of numbers holds."""
    sell(account, numbers[1], on_hand=13)
    product = sell(account, numbers[0], on_hand=2_000_000_000)
    set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=place(organization, "barn"),
        on_hand=2_000_000_000,
        reason="",
        actor=None,
        now=timezone.now(),
        key="brim",
    )
    found = targets_for(integration=account, offer_ids=Offer.objects.values_list("pk", flat=True))
    assert found[offer_of(numbers[0]).pk].quantity == 2_000_000_000
    push(account)
    assert shown(allegro, numbers[1]) == (13, "ACTIVE")
