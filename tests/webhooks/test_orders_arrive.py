"""From a purchase on Allegro to an order with its stock taken, through every kind of trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage
from core.work import MAX_ATTEMPTS
from inventory.enums import MovementKind
from inventory.models import StockMovement
from orders.enums import DisplayStatus, StockState
from orders.models import Order, OrderLine
from orders.operations.rereading import CONNECTIONS
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.webhooks.conftest import poll, stock, two_offers
from webhooks.models import EventAttempt, InboundEvent, JournalCursor
from webhooks.operations import poll_orders, process_inbox, replay_events

CatchUp = Callable[[], int]
Shelf = dict[str, Product]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_a_purchase_becomes_an_order_with_every_line_taken(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, second = two_offers(shelf)
    form_id = allegro.buy(login, {first: 2, second: 3})
    assert catch_up() > 0
    order = Order.objects.get()
    assert (order.checkout_form_id, order.integration) == (form_id, account)
    assert order.display_status == DisplayStatus.READY
    assert order.is_paid
    lines = {line.offer_allegro_id: line for line in order.lines.all()}
    assert {offer: line.quantity for offer, line in lines.items()} == {first: 2, second: 3}
    assert all(line.stock_state == StockState.RESERVED for line in lines.values())
    assert (stock(shelf[first]), stock(shelf[second])) == ((20, 2), (20, 3))
    states = set(InboundEvent.objects.values_list("state", flat=True))
    assert states == {WorkState.DONE}
    account.refresh_from_db()
    assert account.sync_error_count == 0
    assert account.last_synced_at is not None
    assert catch_up() == 0


@pytest.mark.django_db
def test_several_events_about_an_order_are_answered_by_one_read(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    allegro.control("DELETE", "/requests")
    stored = catch_up()
    assert stored >= 2, "a paid purchase tells BOUGHT, FILLED_IN and READY_FOR_PROCESSING"
    reads = allegro.control("GET", "/requests")["byRoute"]
    # What was on its way already, one per connection, and not one more of the other thirty.
    assert reads["GET /order/checkout-forms/{id}"] <= CONNECTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["doubled_event", "disorder"])
def test_doubled_and_disordered_events_change_nothing(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp, kind: str
) -> None:
    first, _second = two_offers(shelf)
    allegro.control("POST", "/faults", {"kind": kind, "seller": login})
    form_id = allegro.buy(login, {first: 2})
    catch_up()
    allegro.control("POST", f"/orders/{form_id}/fulfillment", {"status": "SENT"})
    for _again in range(3):
        allegro.advance(10)
        catch_up()
    assert stock(shelf[first]) == (18, 0)
    assert StockMovement.objects.filter(kind=MovementKind.DISPATCH).count() == 1
    assert OutboxMessage.objects.filter(topic="order.bought").count() == 1
    assert OutboxMessage.objects.filter(topic="order.ready").count() == 1


@pytest.mark.django_db
def test_a_lost_event_is_made_good_by_the_next_one(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, _second = two_offers(shelf)
    fault = {"kind": "lost_event", "seller": login, "eventType": "READY_FOR_PROCESSING"}
    allegro.control("POST", "/faults", fault)
    allegro.buy(login, {first: 2})
    catch_up()
    assert Order.objects.get().display_status == DisplayStatus.READY


@pytest.mark.django_db
def test_an_account_that_is_not_set_up_here_stops_no_other(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    """The operator took an environment's application away: its events wait for a person."""
    stranded = IntegrationFactory(environment="production")
    InboundEvent.objects.create(
        organization=stranded.organization, integration=stranded, source="ORDER_JOURNAL",
        event_id="1", event_type="BOUGHT", raw=b"{}", raw_sha256="0", checkout_form_id="f-1",
        received_at=timezone.now(),
    )  # fmt: skip
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    catch_up()
    assert Order.objects.get().integration == account
    waiting = InboundEvent.objects.exclude(state=WorkState.DONE).get()
    assert (waiting.integration, waiting.state) == (stranded, WorkState.WAITING_FOR_PERSON)


@pytest.mark.django_db
def test_merged_orders_become_one_and_keep_their_stock(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, second = two_offers(shelf)
    one = allegro.buy(login, {first: 2}, pay=False)
    other = allegro.buy(login, {second: 1}, pay=False, buyerOf=one)
    catch_up()
    assert Order.objects.filter(display_status=DisplayStatus.UNPAID).count() == 2
    merged = allegro.control(
        "POST", "/orders/merge", {"seller": login, "checkoutFormIds": [one, other], "pay": True}
    )
    catch_up()
    new = Order.objects.get(checkout_form_id=merged["checkoutFormId"])
    assert new.lines.count() == 2
    old = Order.objects.exclude(pk=new.pk)
    assert set(old.values_list("display_status", "superseded_by")) == {
        (DisplayStatus.SUPERSEDED.value, new.pk)
    }
    assert (stock(shelf[first]), stock(shelf[second])) == ((20, 2), (20, 1))


@pytest.mark.django_db
def test_events_of_a_form_that_is_gone_before_it_was_read(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, second = two_offers(shelf)
    one = allegro.buy(login, {first: 2}, pay=False)
    other = allegro.buy(login, {second: 1}, pay=False, buyerOf=one)
    allegro.control(
        "POST", "/orders/merge", {"seller": login, "checkoutFormIds": [one, other], "pay": True}
    )
    catch_up()
    assert Order.objects.count() == 1
    gone = InboundEvent.objects.filter(checkout_form_id__in=[one, other])
    assert gone.exists()
    assert set(gone.values_list("state", flat=True)) == {WorkState.DONE}
    assert all(event.outcome for event in gone)
    assert (stock(shelf[first]), stock(shelf[second])) == ((20, 2), (20, 1))


@pytest.mark.django_db
def test_a_cancelled_purchase_gives_its_stock_back(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, _second = two_offers(shelf)
    form_id = allegro.buy(login, {first: 2}, pay=False)
    catch_up()
    assert stock(shelf[first]) == (20, 2)
    allegro.control("POST", f"/orders/{form_id}/cancel", {"by": "auto"})
    catch_up()
    assert stock(shelf[first]) == (20, 0)
    assert Order.objects.get().display_status == DisplayStatus.CANCELLED


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 503, 504])
def test_a_failed_read_waits_with_allegros_trace_id_and_then_succeeds(
    allegro: Any, account: Integration, login: str, shelf: Shelf, status: int
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    route = "GET /order/checkout-forms/{id}"
    allegro.control("POST", "/faults", {"kind": "status", "status": status, "route": route})
    report = process_inbox()
    assert report.failed == InboundEvent.objects.count()
    for event in InboundEvent.objects.all():
        assert (event.state, event.attempts) == (WorkState.PENDING, 1)
        assert event.next_attempt_at > timezone.now()
        assert str(status) in event.last_error
        assert event.last_trace_id
    assert not Order.objects.exists()
    allegro.control("DELETE", "/faults")
    InboundEvent.objects.update(next_attempt_at=timezone.now())
    process_inbox()
    assert stock(shelf[first]) == (20, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["truncate", "garbage", "drop"])
def test_garbage_writes_nothing_and_is_tried_again(
    allegro: Any, account: Integration, login: str, shelf: Shelf, kind: str
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    allegro.control("POST", "/faults", {"kind": kind, "route": "GET /order/checkout-forms/{id}"})
    process_inbox()
    assert not Order.objects.exists()
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.PENDING}
    allegro.control("DELETE", "/faults")
    InboundEvent.objects.update(next_attempt_at=timezone.now())
    process_inbox()
    assert stock(shelf[first]) == (20, 1)


@pytest.mark.django_db
def test_a_refusal_that_repeating_cannot_mend_waits_for_a_person(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    route = "GET /order/checkout-forms/{id}"
    allegro.control("POST", "/faults", {"kind": "status", "status": 409, "route": route})
    process_inbox()
    stuck = InboundEvent.objects.all()
    assert set(stuck.values_list("state", flat=True)) == {WorkState.WAITING_FOR_PERSON}
    assert all(event.last_trace_id for event in stuck)
    allegro.control("DELETE", "/faults")
    replay_events(events=stuck, actor=None, now=timezone.now())
    process_inbox()
    assert stock(shelf[first]) == (20, 1)


@pytest.mark.django_db
def test_an_event_that_never_works_is_given_up_and_can_be_retried(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    route = "GET /order/checkout-forms/{id}"
    allegro.control("POST", "/faults", {"kind": "status", "status": 500, "route": route})
    InboundEvent.objects.update(attempts=MAX_ATTEMPTS - 1)
    process_inbox()
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DEAD}


@pytest.mark.django_db
def test_a_used_up_budget_puts_everything_off_without_counting(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.control("POST", "/orders", {"seller": login, "count": 40})
    allegro.buy(login, {first: 1})
    poll(account)
    fault = {
        "kind": "status", "status": 429, "retryAfter": 40, "route": "GET /order/checkout-forms/{id}",
    }  # fmt: skip
    allegro.control("POST", "/faults", fault)
    allegro.control("DELETE", "/requests")
    process_inbox()
    for event in InboundEvent.objects.all():
        assert (event.state, event.attempts) == (WorkState.PENDING, 0)
        assert event.next_attempt_at > timezone.now() + timedelta(seconds=20)
    reads = allegro.control("GET", "/requests")["byRoute"]
    # What was on its way already, one per connection, and not one more of the other thirty.
    assert reads["GET /order/checkout-forms/{id}"] <= CONNECTIONS
    account.refresh_from_db()
    assert account.sync_error_count == 0


@pytest.mark.django_db
def test_a_paused_account_keeps_its_events_waiting_and_its_cursor(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    for state in (
        IntegrationState.PAUSED,
        IntegrationState.NEEDS_REAUTH,
        IntegrationState.DISABLED,
    ):
        Integration.objects.filter(pk=account.pk).update(state=state)
        process_inbox()
        assert poll(account) == 0
        kept = set(InboundEvent.objects.values_list("state", "attempts"))
        assert kept == {(WorkState.PENDING.value, 0)}
    Integration.objects.filter(pk=account.pk).update(state=IntegrationState.CONNECTED)
    process_inbox()
    assert stock(shelf[first]) == (20, 1)


@pytest.mark.django_db
def test_a_withdrawn_consent_pauses_events_and_asks_for_a_new_sign_in(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    allegro.buy(login, {first: 1})
    poll(account)
    allegro.control("POST", "/tokens/revoke", {"seller": login})
    process_inbox()
    account.refresh_from_db()
    assert account.state == IntegrationState.NEEDS_REAUTH
    assert set(InboundEvent.objects.values_list("state", "attempts")) == {
        (WorkState.PENDING.value, 0)
    }


@pytest.mark.django_db
def test_the_poller_counts_failures_and_keeps_the_cursor(
    allegro: Any, account: Integration, login: str, shelf: Shelf, catch_up: CatchUp
) -> None:
    first, _second = two_offers(shelf)
    before = JournalCursor.objects.get().last_event_id
    allegro.buy(login, {first: 1})
    allegro.control(
        "POST", "/faults", {"kind": "status", "status": 500, "route": "GET /order/events"}
    )
    assert poll(account) == 0
    account.refresh_from_db()
    assert account.sync_error_count == 1
    assert account.last_error_trace_id
    assert JournalCursor.objects.get().last_event_id == before
    allegro.control("DELETE", "/faults")
    assert catch_up() > 0
    account.refresh_from_db()
    assert account.sync_error_count == 0
    assert stock(shelf[first]) == (20, 1)


@pytest.mark.django_db
def test_a_long_journal_is_read_to_its_end(allegro: Any, account: Integration, login: str) -> None:
    allegro.control("POST", "/orders", {"seller": login, "count": 700})
    told = poll(account)
    assert told > 1000
    assert InboundEvent.objects.count() == told
    ids = [int(one) for one in InboundEvent.objects.values_list("event_id", flat=True)]
    assert JournalCursor.objects.get().last_event_id == str(max(ids))
    assert poll(account) == 0


@pytest.mark.django_db
def test_an_account_not_read_for_sixty_days_is_read_anew(
    allegro: Any, account: Integration, login: str
) -> None:
    JournalCursor.objects.update(last_read_at=timezone.now() - timedelta(days=61))
    poll(account)
    cursor = JournalCursor.objects.get()
    assert cursor.gap_found_at is not None
    assert "61" in cursor.last_problem
    asked = OutboxMessage.objects.get(topic="integration.sync_requested")
    assert asked.payload == {"integration_id": account.pk, "kind": "PULL_ORDERS"}
    assert cursor.last_read_at is not None
    assert cursor.last_read_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.django_db
def test_a_journal_that_began_anew_is_noticed_and_read_again(
    allegro: Any, account: Integration, login: str
) -> None:
    poll(account)
    cache.clear()
    JournalCursor.objects.update(last_event_id="9" * 17)
    poll(account)
    cursor = JournalCursor.objects.get()
    assert cursor.last_event_id < "9" * 17
    assert cursor.last_problem
    asked = OutboxMessage.objects.get(topic="integration.sync_requested")
    assert asked.payload == {"integration_id": account.pk, "kind": "PULL_ORDERS"}


@pytest.mark.django_db(transaction=True)
def test_one_reader_at_a_time(allegro: Any, account: Integration, login: str) -> None:
    import threading

    from webhooks.locks import journal_reader

    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with journal_reader(integration_id=account.pk) as got:
                assert got
                inside.set()
                done.wait(10)
        finally:
            connection.close()

    allegro.buy(login, {allegro.seller(login)["offers"][0]["id"]: 1})
    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    assert poll_orders(integration=account, now=timezone.now()) == 0
    assert not InboundEvent.objects.exists()
    done.set()
    thread.join()
    assert poll_orders(integration=account, now=timezone.now()) > 0


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
        worker = _worker()
        # Ten connections bring orders in handfuls: struck when the first are there.
        _wait_until(lambda before=before: Order.objects.count() > before)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
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


def _worker() -> subprocess.Popen[bytes]:
    """A process of its own that works on the inbox of the test's database."""
    script = (
        "import sys, django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.db import connections\n"
        "settings.ALLEGRO_ENVIRONMENTS['sandbox'].update(client_id=sys.argv[2], client_secret=sys.argv[3],"
        " api=sys.argv[1], auth=sys.argv[1] + '/auth/oauth', upload=sys.argv[1])\n"
        "connections['default'].settings_dict['NAME'] = sys.argv[4]\n"
        "from webhooks.operations import process_inbox\n"
        "process_inbox(seconds=30)\n"
    )
    sandbox = django_settings.ALLEGRO_ENVIRONMENTS["sandbox"]
    return subprocess.Popen(
        [
            sys.executable, "-c", script, sandbox["api"], sandbox["client_id"],
            sandbox["client_secret"], str(connection.settings_dict["NAME"]),
        ],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": django_settings.REDIS_URL},
    )  # fmt: skip


def _wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_record_each_order_once(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    offers = sorted(shelf)[:8]
    for number in range(32):
        allegro.buy(login, {offers[number % 8]: 1})
    told = poll(account)
    workers = [_worker() for _number in range(3)]
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
