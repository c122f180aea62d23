"""Offers and returns are journals too: read by cursor, one read for many events, gaps made good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage
from offers.models import Offer
from orders.models import CustomerReturn
from products.models import Product
from settings_app.models import Integration
from tests.webhooks.conftest import poll, two_offers
from webhooks.enums import EventSource, Journal
from webhooks.models import InboundEvent, JournalCursor
from webhooks.operations import poll_offers, poll_returns, process_changes

Shelf = dict[str, Product]


def events(source: EventSource) -> Any:
    return InboundEvent.objects.filter(source=source)


def cursor(journal: Journal) -> JournalCursor:
    return JournalCursor.objects.get(journal=journal)


def change_stock(allegro: Any, offer_id: str, available: int) -> None:
    allegro.control("PATCH", f"/offers/{offer_id}", {"available": available})


@pytest.mark.django_db
def test_a_changed_offer_is_read_once_and_recorded(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, second = two_offers(shelf)
    poll_offers(integration=account, now=timezone.now())
    process_changes()
    allegro.control("DELETE", "/requests")
    for number in (31, 32, 33):
        change_stock(allegro, first, number)
    change_stock(allegro, second, 44)
    assert poll_offers(integration=account, now=timezone.now()) == 2  # the newest of each offer
    process_changes()
    shown = dict(
        Offer.objects.filter(allegro_id__in=[first, second]).values_list(
            "allegro_id", "stock_available"
        )
    )
    assert shown == {first: 33, second: 44}
    reads = allegro.control("GET", "/requests")["byRoute"]
    single = sum(count for route, count in reads.items() if "product-offers" in route)
    assert single == 2
    assert set(events(EventSource.OFFER_JOURNAL).values_list("state", flat=True)) == {
        WorkState.DONE
    }
    assert poll_offers(integration=account, now=timezone.now()) == 0


@pytest.mark.django_db
def test_an_offer_that_waits_already_is_not_stored_again(
    allegro: Any, account: Integration, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    poll_offers(integration=account, now=timezone.now())
    process_changes()
    change_stock(allegro, first, 31)
    assert poll_offers(integration=account, now=timezone.now()) == 1
    before = cursor(Journal.OFFERS).last_event_id
    change_stock(allegro, first, 32)
    assert poll_offers(integration=account, now=timezone.now()) == 0
    assert cursor(Journal.OFFERS).last_event_id != before
    process_changes()
    assert Offer.objects.get(allegro_id=first).stock_available == 32


@pytest.mark.django_db
def test_a_day_without_reading_asks_for_the_whole_listing(
    allegro: Any, account: Integration, shelf: Shelf
) -> None:
    poll_offers(integration=account, now=timezone.now())
    JournalCursor.objects.filter(journal=Journal.OFFERS).update(
        last_read_at=timezone.now() - timedelta(hours=25)
    )
    poll_offers(integration=account, now=timezone.now())
    found = cursor(Journal.OFFERS)
    assert found.gap_found_at is not None
    assert "25" in found.last_problem
    asked = OutboxMessage.objects.get(topic="integration.sync_requested")
    assert asked.payload == {"integration_id": account.pk, "kind": "PULL_OFFERS"}


@pytest.mark.django_db
def test_a_flood_is_answered_by_one_listing(
    allegro: Any, account: Integration, shelf: Shelf
) -> None:
    poll_offers(integration=account, now=timezone.now())
    process_changes()
    for offer_id in sorted(shelf)[:5]:
        change_stock(allegro, offer_id, 50)
    assert poll_offers(integration=account, now=timezone.now(), flood=3) == 0
    for offer_id in sorted(shelf)[:5]:
        change_stock(allegro, offer_id, 51)
    poll_offers(integration=account, now=timezone.now(), flood=3)
    asked = OutboxMessage.objects.filter(topic="integration.sync_requested")
    assert [one.payload["kind"] for one in asked] == ["PULL_OFFERS"]
    assert "3" in cursor(Journal.OFFERS).last_problem
    assert not events(EventSource.OFFER_JOURNAL).filter(state=WorkState.PENDING).exists()


@pytest.mark.django_db
def test_a_return_arrives_and_its_later_states_too(
    allegro: Any, account: Integration, login: str, shelf: Shelf
) -> None:
    first, _second = two_offers(shelf)
    form_id = allegro.buy(login, {first: 2})
    assert poll_returns(integration=account, now=timezone.now()) == 0
    opened = allegro.control("POST", f"/orders/{form_id}/return", {})
    assert poll_returns(integration=account, now=timezone.now()) == 1
    process_changes()
    assert CustomerReturn.objects.get().return_id == opened["id"]
    allegro.control("POST", f"/returns/{opened['id']}", {"seller": login, "status": "DELIVERED"})
    # No new id tells of it; the half-hourly look does, once.
    assert poll_returns(integration=account, now=timezone.now()) == 0
    later = timezone.now() + timedelta(minutes=31)
    assert poll_returns(integration=account, now=later) == 1
    assert poll_returns(integration=account, now=later + timedelta(minutes=31)) == 0
    process_changes()
    assert CustomerReturn.objects.get().status == "DELIVERED"
    assert cursor(Journal.RETURNS).last_event_id == opened["id"]


@pytest.mark.django_db
def test_returns_that_cannot_be_read_do_not_switch_the_account_off(
    allegro: Any, account: Integration
) -> None:
    poll_returns(integration=account, now=timezone.now())
    route = "GET /order/customer-returns"
    allegro.control("POST", "/faults", {"kind": "status", "status": 503, "route": route})
    for _round in range(6):
        assert poll_returns(integration=account, now=timezone.now()) == 0
    account.refresh_from_db()
    assert account.is_working
    assert account.sync_error_count == 0
    assert cursor(Journal.RETURNS).failed_at is not None
    assert "503" in cursor(Journal.RETURNS).last_failure
    allegro.control("DELETE", "/faults")
    poll_returns(integration=account, now=timezone.now())
    assert cursor(Journal.RETURNS).failed_at is None
    assert poll(account) == 0
