"""From a purchase on Allegro to an order with its stock taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage
from inventory.enums import MovementKind
from inventory.models import StockMovement
from orders.enums import DisplayStatus, StockState
from orders.models import Order
from orders.operations.rereading import CONNECTIONS
from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.webhooks.conftest import CatchUp, Shelf, stock, two_offers
from webhooks.models import InboundEvent


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
