"""What nobody tells of is noticed: journals that stand still, events that never came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.enums import Event
from notifications.models import Notification
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from tests.webhooks.conftest import poll, two_offers
from webhooks.models import JournalCursor, LostEvent
from webhooks.operations import find_lost_events, process_inbox, watch_journals

Shelf = dict[str, Product]


def notices() -> list[str]:
    found = Notification.objects.filter(event=Event.JOURNAL_SILENT, read_at=None)
    return list(found.values_list("title", flat=True))


def silent_for(account: Integration, minutes: int) -> None:
    then = timezone.now() - timedelta(minutes=minutes)
    JournalCursor.objects.filter(integration=account).update(last_read_at=then)
    Integration.objects.filter(pk=account.pk).update(verified_at=then, created_at=then)


@pytest.mark.django_db
def test_orders_that_stop_arriving_are_told_of_and_it_ends_by_itself(
    allegro: Any, account: Integration, owner: Any, client: Client
) -> None:
    client.force_login(owner)
    now = timezone.now()
    assert watch_journals(now=now) == 0
    silent_for(account, 30)
    page = client.get(reverse("home")).content.decode()
    assert "have stopped arriving" in page  # counted when the page is made: no worker is needed
    assert "Stands still" in client.get("/events/").content.decode()
    assert watch_journals(now=now) == 1
    assert notices() == []  # it may have been resumed this minute
    watch_journals(now=now + timedelta(minutes=3))
    watch_journals(now=now + timedelta(minutes=4))
    assert notices() == [f"Orders of {account.label} have stopped arriving"]
    poll(account)
    watch_journals(now=timezone.now())
    assert notices() == []
    assert "have stopped arriving" not in client.get(reverse("home")).content.decode()


@pytest.mark.django_db
def test_a_paused_account_is_not_silent(allegro: Any, account: Integration) -> None:
    silent_for(account, 30)
    Integration.objects.filter(pk=account.pk).update(state=IntegrationState.PAUSED)
    assert watch_journals(now=timezone.now() + timedelta(minutes=5)) == 0


@pytest.mark.django_db
def test_a_journal_that_cannot_be_read_says_why(
    allegro: Any, account: Integration, owner: Any, client: Client
) -> None:
    route = "GET /order/events"
    allegro.control("POST", "/faults", {"kind": "status", "status": 503, "route": route})
    poll(account)
    client.force_login(owner)
    (shown,) = client.get("/api/v1/webhooks/journals").json()
    assert (shown["journal"], shown["healthy"]) == ("ORDERS", False)
    assert "503" in shown["problem"]
    assert shown["remedy"]
    allegro.control("DELETE", "/faults")
    poll(account)
    assert client.get("/api/v1/webhooks/journals").json()[0]["healthy"]


@pytest.mark.django_db
def test_an_order_that_no_event_told_ready_is_found_and_a_late_event_is_noted(
    allegro: Any, account: Integration, login: str, shelf: Shelf, owner: Any, client: Client
) -> None:
    from orders.models import Order

    first, second = two_offers(shelf)
    JournalCursor.objects.update(started_at=timezone.now() - timedelta(hours=2))
    fault = {"kind": "lost_event", "seller": login, "eventType": "READY_FOR_PROCESSING", "count": 1}
    allegro.control("POST", "/faults", fault)
    lost_id = allegro.buy(login, {first: 2})
    allegro.buy(login, {second: 1})
    poll(account)
    process_inbox()
    assert Order.objects.count() == 2
    assert find_lost_events(now=timezone.now()) == 0  # it may still come
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Order.objects.update(ready_at=an_hour_ago, received_at=an_hour_ago)
    assert find_lost_events(now=timezone.now()) == 1
    assert find_lost_events(now=timezone.now()) == 0
    found = LostEvent.objects.get()
    assert (found.order.checkout_form_id, found.came_at) == (lost_id, None)
    client.force_login(owner)
    assert lost_id in client.get("/events/").content.decode()
    allegro.control("POST", "/events/recover", {"seller": login})
    poll(account)
    find_lost_events(now=timezone.now())
    found.refresh_from_db()
    assert found.came_at is not None


@pytest.mark.django_db
def test_answered_offer_events_are_forgotten_and_nothing_else(organization: Any) -> None:
    from core.enums import WorkState
    from tests.factories import IntegrationFactory
    from webhooks.models import EventAttempt, InboundEvent
    from webhooks.operations import forget_old

    account = IntegrationFactory(organization=organization)
    long_ago = timezone.now() - timedelta(days=90)

    def made(number: int, source: str, state: str, result: str) -> None:
        event = InboundEvent.objects.create(
            organization=organization, integration=account, source=source, event_id=str(number),
            raw=b"{}", raw_sha256="0", received_at=long_ago, finished_at=long_ago, state=state,
        )  # fmt: skip
        EventAttempt.objects.create(
            organization=organization, event=event, number=1, started_at=long_ago, result=result
        )

    made(1, "OFFER_JOURNAL", WorkState.DONE, "DONE")
    made(2, "OFFER_JOURNAL", WorkState.DEAD, "FAILED")
    made(3, "ORDER_JOURNAL", WorkState.DONE, "DONE")
    assert forget_old(now=timezone.now()) == 2
    assert set(InboundEvent.objects.values_list("event_id", flat=True)) == {"2", "3"}
    assert EventAttempt.objects.get().event.event_id == "2"
