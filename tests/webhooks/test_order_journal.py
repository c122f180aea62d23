"""The order journal: read to its end by one reader, its cursor kept through failures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core.models import OutboxMessage
from settings_app.models import Integration
from tests.webhooks.conftest import CatchUp, Shelf, poll, stock, two_offers
from webhooks.models import InboundEvent, JournalCursor
from webhooks.operations import poll_orders


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
