"""Events wait: for a read that failed, a used-up budget, a paused account, a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.work import MAX_ATTEMPTS
from orders.models import Order
from orders.operations.rereading import CONNECTIONS
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from tests.webhooks.conftest import Shelf, poll, stock, two_offers
from webhooks.models import InboundEvent
from webhooks.operations import process_inbox, replay_events


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
