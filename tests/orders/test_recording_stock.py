"""What recorded orders do to stock: taken once, given back once, moved when they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import deliver_due
from inventory.models import Reservation
from offers.models import OfferLink
from orders.enums import DisplayStatus, StockState
from orders.models import Order, OrderLine
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import form, fulfilled, later, line
from tests.orders.conftest import Record, Sold, level, topics


def test_every_line_takes_its_stock_by_units_of_every_linked_product(
    record: Record, sold: Sold
) -> None:
    cup = sold("1", units=2)
    lid = sold("1", units=1)
    tea = sold("2")
    record(form([line("1", quantity=3), line("2", quantity=4)]))
    assert [level(one) for one in (cup, lid, tea)] == [(10, 6), (10, 3), (10, 4)]
    assert set(OrderLine.objects.values_list("stock_state", flat=True)) == {StockState.RESERVED}


def test_the_same_offer_twice_in_a_form_takes_both(record: Record, sold: Sold) -> None:
    cup = sold("1")
    record(form([line("1", quantity=2), line("1", quantity=3)]))
    assert level(cup) == (10, 5)


def test_a_cancelled_order_gives_its_stock_back_once(record: Record, sold: Sold) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    record(whole)
    record(later(whole, status="CANCELLED"))
    record(later(whole, minutes=2, status="CANCELLED", messageToSeller="again"))
    assert level(cup) == (10, 0)
    assert topics().count("order.cancelled") == 1
    assert Order.objects.get().display_status == DisplayStatus.CANCELLED
    record(later(whole, minutes=9))
    assert level(cup) == (10, 2), "an order that came back to life is promised its stock again"


def test_an_order_first_seen_cancelled_moves_no_stock(record: Record, sold: Sold) -> None:
    cup = sold("1")
    record(form([line("1")], status="CANCELLED"))
    assert level(cup) == (10, 0)
    assert topics() == ["order.cancelled"]


def test_an_order_bought_and_sent_while_nobody_looked_takes_its_stock(
    record: Record, sold: Sold
) -> None:
    cup = sold("1")
    record(form([line("1", quantity=2)], fulfilment="SENT"))
    assert level(cup) == (8, 0)


@pytest.mark.parametrize("fulfilment", ["SENT", "PICKED_UP", "RETURNED"])
def test_what_was_over_before_the_account_was_connected_moves_no_stock(
    record: Record, sold: Sold, integration: Integration, fulfilment: str
) -> None:
    cup = sold("1")
    long_ago = integration.created_at - timedelta(days=3)
    past = form(
        [line("1", quantity=2, bought_at=long_ago)], fulfilment=fulfilment, updated_at=long_ago
    )
    record(past)
    assert level(cup) == (10, 0)
    assert OrderLine.objects.get().stock_state == StockState.EARLIER
    assert topics() == []
    record(later(past, messageToSeller="x"))
    assert level(cup) == (10, 0)


@pytest.mark.parametrize(("days", "taken"), [(3, 2), (60, 0)])
def test_an_open_order_of_before_takes_stock_unless_it_is_long_overdue(
    record: Record, sold: Sold, integration: Integration, days: int, taken: int
) -> None:
    cup = sold("1")
    then = integration.created_at - timedelta(days=days)
    record(form([line("1", quantity=2, bought_at=then)], updated_at=then))
    assert level(cup) == (10, taken)


def test_orders_that_allegro_ships_are_not_taken_from_our_stock(record: Record, sold: Sold) -> None:
    cup = sold("1")
    whole = form([line("1")], provider="ALLEGRO")
    assert record(whole).order.display_status == DisplayStatus.BY_ALLEGRO
    record(fulfilled(later(whole), "SENT"))
    assert level(cup) == (10, 0)
    assert OrderLine.objects.get().stock_state == StockState.NOT_OURS


def test_products_without_tracked_stock_are_left_alone(record: Record, sold: Sold) -> None:
    cup = sold("1", track_inventory=False)
    record(form([line("1")]))
    assert level(cup) == (10, 0)
    assert OrderLine.objects.get().stock_state == StockState.NOT_OURS


def test_a_line_without_product_waits_and_is_taken_when_its_offer_is_linked(
    record: Record, sold: Sold, integration: Integration
) -> None:
    from offers.operations import link_offers

    open_order = form([line("5", quantity=3)])
    record(open_order)
    closed = form([line("5", quantity=4)])
    record(closed)
    record(later(closed, status="CANCELLED"))
    assert set(OrderLine.objects.values_list("stock_state", flat=True)) == {
        StockState.UNLINKED, StockState.RELEASED,
    }  # fmt: skip
    cup = sold("5", code="SKU-FIVE")
    OfferLink.objects.all().delete()
    offer = integration.offers.get()
    integration.offers.update(external_id="SKU-FIVE", link_state="UNLINKED")
    link_offers(
        organization_id=integration.organization_id, offer_ids=[offer.pk], now=timezone.now()
    )
    deliver_due()
    assert level(cup) == (10, 3)
    taken = OrderLine.objects.get(order__checkout_form_id=open_order["id"])
    assert (taken.stock_state, taken.offer) == (StockState.RESERVED, offer)
    OutboxMessage.objects.filter(topic="offer.linked").get().deliveries.update(state="PENDING")
    deliver_due()
    assert level(cup) == (10, 3)


def test_merged_forms_move_lines_and_keep_their_promises(record: Record, sold: Sold) -> None:
    cup, tea = sold("1"), sold("2")
    first = form([line("1", quantity=2)], status="FILLED_IN")
    second = form([line("2", quantity=3)], status="BOUGHT")
    record(first)
    record(second)
    before = set(Reservation.objects.values_list("pk", flat=True))
    merged = later(form(first["lineItems"] + second["lineItems"]), minutes=3)
    record(merged)
    new = Order.objects.get(checkout_form_id=merged["id"])
    assert new.lines.count() == 2
    for old in Order.objects.exclude(pk=new.pk):
        assert (old.display_status, old.superseded_by) == (DisplayStatus.SUPERSEDED, new)
    assert set(Reservation.objects.values_list("pk", flat=True)) == before
    assert (level(cup), level(tea)) == ((10, 2), (10, 3))
    record(fulfilled(merged, "SENT"))
    assert (level(cup), level(tea)) == ((8, 0), (7, 0))


def test_pieces_changed_and_sent_in_one_read_leave_with_the_new_number(
    record: Record, sold: Sold
) -> None:
    cup = sold("1")
    first = form([line("1", quantity=3, line_id="L-1")])
    record(first)
    assert level(cup) == (10, 3)
    fewer = later(first, lineItems=[line("1", quantity=2, line_id="L-1")])
    record(fulfilled(fewer, "SENT"))
    assert level(cup) == (8, 0)
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.parametrize("end", ["SENT", "CANCELLED"])
def test_a_promise_outlives_the_link_of_its_offer(record: Record, sold: Sold, end: str) -> None:
    cup = sold("1")
    first = form([line("1", quantity=3, line_id="L-1")])
    record(first)
    OfferLink.objects.all().delete()
    more = later(first, lineItems=[line("1", quantity=4, line_id="L-1")])
    record(more)
    assert level(cup) == (10, 3)
    record(fulfilled(later(more), end))
    assert level(cup) == ((7, 0) if end == "SENT" else (10, 0))
    assert_ledger_equals_levels(cup.organization)
