"""Every try of an event is kept, and what is given up is told of once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage
from core.work import MAX_ATTEMPTS
from offers import draining
from orders.models import Order
from products.models import Product
from settings_app.models import Integration
from tests.webhooks.conftest import poll, stock, two_offers
from webhooks.enums import AttemptResult
from webhooks.models import EventAttempt, InboundEvent
from webhooks.operations import process_inbox, retry_event
from webhooks.operations.draining import OrdersBehind
from webhooks.operations.settling import take

Shelf = dict[str, Product]
READ = "GET /order/checkout-forms/{id}"


def fail_reads(allegro: Any, **fault: Any) -> None:
    allegro.control("POST", "/faults", {"kind": "status", "status": 500, "route": READ, **fault})


def due_now() -> None:
    InboundEvent.objects.update(next_attempt_at=timezone.now())


@pytest.mark.django_db
def test_each_try_is_kept_with_its_error_trace_and_times(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    fail_reads(allegro)
    process_inbox()
    allegro.control("DELETE", "/faults")
    due_now()
    process_inbox()
    event = InboundEvent.objects.first()
    assert event is not None
    failed, done = EventAttempt.objects.filter(event=event).order_by("pk")
    assert (failed.number, failed.result) == (1, AttemptResult.FAILED)
    assert "500" in failed.error
    assert failed.trace_id
    assert failed.ended_at is not None
    assert failed.ended_at > failed.started_at
    assert (done.number, done.result, done.error) == (2, AttemptResult.DONE, "")
    assert done.trace_id
    assert done.trace_id != failed.trace_id


@pytest.mark.django_db
def test_six_tries_then_given_up_and_told_of(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    fail_reads(allegro)
    pauses = []
    for _attempt in range(MAX_ATTEMPTS):
        before = timezone.now()
        process_inbox()
        event = InboundEvent.objects.order_by("pk")[0]
        pauses.append(event.next_attempt_at - before)
        due_now()
    assert event.state == WorkState.DEAD
    assert pauses[:5] == sorted(pauses[:5])
    assert pauses[4] >= timedelta(hours=2)
    assert list(event.tries.order_by("pk").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    told = OutboxMessage.objects.filter(topic="work.dead")
    assert {one.payload["kind"] for one in told} == {"webhooks.InboundEvent"}
    allegro.control("DELETE", "/faults")
    retry_event(event=event, actor=None, now=timezone.now())
    process_inbox()
    assert stock(shelf[first]) == (20, 1)
    assert event.tries.count() == 7


@pytest.mark.django_db
def test_a_try_whose_worker_was_lost_has_no_end(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    from core.work import DrainReport

    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    assert take(InboundEvent.objects.all(), DrainReport(), limit=50)  # and it is killed here
    InboundEvent.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    process_inbox()
    for event in InboundEvent.objects.all():
        lost, done = event.tries.order_by("pk")
        assert (lost.ended_at, lost.result) == (None, "")
        assert done.result == AttemptResult.DONE


@pytest.mark.django_db
def test_stock_waits_until_the_orders_of_the_account_are_recorded(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 2})
    draining.drain_orders(account)
    assert Order.objects.count() == 1
    assert stock(shelf[first]) == (20, 2)
    allegro.buy(login, {first: 1})
    fail_reads(allegro)
    with pytest.raises(OrdersBehind):
        draining.drain_orders(account)
    allegro.control("DELETE", "/faults")
    allegro.control(
        "POST", "/faults", {"kind": "status", "status": 503, "route": "GET /order/events"}
    )
    with pytest.raises(Exception, match="503"):
        draining.drain_orders(account)
    allegro.control("DELETE", "/faults")
    due_now()
    draining.drain_orders(account)
    assert stock(shelf[first]) == (20, 3)
