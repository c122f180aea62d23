"""Workers of the inbox: killed, and several at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage
from orders.models import Order, OrderLine
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.webhooks.conftest import Shelf, poll, stock
from tests.worker import kill, run_code, wait_for
from webhooks.models import EventAttempt, InboundEvent
from webhooks.operations import process_inbox

PROCESS = "from webhooks.operations import process_inbox\nprocess_inbox(seconds=30)"


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_valkey_flushed_everything_happens_once(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    offers = sorted(shelf)[:8]
    bought = dict.fromkeys(offers, 0)
    allegro.control(
        "POST", "/faults",
        {"kind": "latency", "latencyMs": 300, "route": "GET /order/checkout-forms/{id}"},
    )  # fmt: skip
    for _round in range(3):
        for number in range(16):
            offer = offers[number % 8]
            allegro.buy(login, {offer: 1})
            bought[offer] += 1
        poll(account)
        before = Order.objects.count()
        worker = run_code(PROCESS, sandbox=allegro)
        # Ten connections bring orders in handfuls: struck when the first are there.
        wait_for(lambda before=before: Order.objects.count() > before)
        kill(worker)
        redis.Redis.from_url(django_settings.REDIS_URL).flushdb()
        # What a killed worker held is due when its claim runs out; here that takes no five minutes.
        InboundEvent.objects.filter(state=WorkState.RUNNING).update(
            claimed_until=timezone.now() - timedelta(seconds=1)
        )
    allegro.control("DELETE", "/faults")
    poll(account)
    process_inbox()
    assert Order.objects.count() == 48
    assert OrderLine.objects.count() == 48
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DONE}
    assert {offer: stock(shelf[offer])[1] for offer in offers} == bought
    assert OutboxMessage.objects.filter(topic="order.ready").count() == 48
    assert_ledger_equals_levels(account.organization)


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_record_each_order_once(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    offers = sorted(shelf)[:8]
    for number in range(32):
        allegro.buy(login, {offers[number % 8]: 1})
    told = poll(account)
    workers = [run_code(PROCESS, sandbox=allegro) for _number in range(3)]
    for worker in workers:
        assert worker.wait(90) == 0
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DONE}
    assert Order.objects.count() == OrderLine.objects.count() == 32
    assert {offer: stock(shelf[offer])[1] for offer in offers} == dict.fromkeys(offers, 4)
    assert OutboxMessage.objects.filter(topic="order.ready").count() == 32
    # Every event was tried, and nobody took one away from another.
    tries = EventAttempt.objects.filter(event__integration=account)
    assert tries.count() == told
    assert not tries.exclude(result="DONE").exists()
    assert_ledger_equals_levels(account.organization)
