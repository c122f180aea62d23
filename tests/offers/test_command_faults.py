"""Commands whose answer or result is lost, late, garbled or refused."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.models import OfferPush, StockCommand, StockCommandItem
from offers.operations import retry_pushes
from settings_app.models import Integration
from tests.offers.faults import (
    BULK,
    BULK_TASKS,
    fault,
    five,
    heal,
    quantities,
)
from tests.offers.scene import (
    offer_of,
    push,
    push_of,
    put_on_shelf,
    sell,
    shown,
    start_pusher,
)
from tests.sandbox_server import NO_DELAYS
from tests.worker import kill, wait_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["garbage", "drop"])
def test_a_command_whose_answer_is_lost_is_not_sent_twice(
    allegro: Any, account: Integration, numbers: list[str], kind: str
) -> None:
    wanted = five(account, numbers)
    fault(allegro, kind, BULK, afterEffect=True, count=1)
    push(account)
    command = StockCommand.objects.get()
    assert (command.outcome, command.state) == ("DONE", "DONE")
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", "reason")) == {("DONE", "SENT")}


def test_a_command_that_never_arrived_is_computed_anew(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    five(account, numbers)
    fault(allegro, "status", BULK, status=503)
    push(account, seconds=3)
    lost = StockCommand.objects.get()
    assert lost.accepted_at is None
    assert set(OfferPush.objects.values_list("command_id", flat=True)) == {lost.pk}
    heal(allegro)
    put_on_shelf(offer_of(numbers[0]).links.get().product, 77)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    push(account)
    lost.refresh_from_db()
    assert lost.outcome == "NOT_ACCEPTED"
    assert quantities(allegro, numbers) == [77, 31, 32, 33, 34]


def test_a_command_is_followed_until_its_result_is_there(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 600})
    wanted = five(account, numbers)
    push(account, seconds=2)
    command = StockCommand.objects.get()
    assert (command.outcome, command.state) == ("OPEN", "PENDING")
    assert set(OfferPush.objects.values_list("reason", flat=True)) == {"COMMAND"}
    # A newer wish meanwhile waits its turn: serial per offer.
    put_on_shelf(offer_of(numbers[0]).links.get().product, 50)
    push(account, seconds=2)
    assert StockCommand.objects.count() == 1
    allegro.advance(601)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    allegro.control("POST", "/settings", NO_DELAYS)
    push(account)
    assert quantities(allegro, numbers) == [50, *wanted[1:]]


def test_no_result_within_an_hour_is_settled_by_what_is_shown(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 9000})
    wanted = five(account, numbers)
    push(account, seconds=2)
    early = timezone.now() - timedelta(minutes=61)
    StockCommand.objects.update(sent_at=early, next_attempt_at=timezone.now())
    allegro.control("POST", "/settings", NO_DELAYS)
    push(account, seconds=20)
    assert StockCommand.objects.order_by("pk").first().outcome == "NO_RESULT"  # type: ignore[union-attr]
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}


def test_a_garbled_result_is_asked_for_again(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    wanted = five(account, numbers)
    fault(allegro, "garbage", BULK_TASKS, count=1)
    push(account)
    assert quantities(allegro, numbers) == wanted
    assert StockCommand.objects.get().outcome == "DONE"


def test_an_offer_refused_within_a_command_waits_for_a_person(
    allegro: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    """Putting an offer on sale is refused because somebody emptied it at Allegro meanwhile."""
    product = sell(account, numbers[0], on_hand=1)
    put_on_shelf(product, 0)
    push(account)
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 600})
    put_on_shelf(product, 5)
    push(account, seconds=3)
    command = StockCommand.objects.get(kind="ACTIVATE")
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"available": 0})
    allegro.advance(601)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    push(account, seconds=2)
    command.refresh_from_db()
    row = push_of(numbers[0])
    assert command.outcome == "FAILED"
    assert (row.state, row.reason, row.command_id) == ("WAITING_FOR_PERSON", "REFUSED", None)
    assert "EMPTY_STOCK" in row.last_error
    allegro.control("POST", "/settings", NO_DELAYS)
    retry_pushes(pushes=OfferPush.objects.all(), actor=owner, now=timezone.now())
    OfferPush.objects.update(unexplained_since=timezone.now() - timedelta(minutes=5))
    push(account)
    assert shown(allegro, numbers[0]) == (5, "ACTIVE")


def test_a_killed_worker_leaves_nothing_undone_and_nothing_twice(
    allegro: Any, transactional_db: Any, account: Integration, numbers: list[str]
) -> None:
    """Killed between sending the command and its answer: 409 tells that it was taken."""
    wanted = five(account, numbers)
    fault(allegro, "latency", BULK, latencyMs=20_000, count=1, afterEffect=True)
    worker = start_pusher(account, allegro)
    wait_for(lambda: StockCommand.objects.filter(sent_at__isnull=False).exists())
    time.sleep(0.5)
    kill(worker)
    heal(allegro)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    OfferPush.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    wait_for(lambda: push(account) > 0)
    push(account)
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}
    done = StockCommandItem.objects.filter(state="SUCCESS").values_list("offer_id", flat=True)
    assert sorted(done) == sorted(set(done))
