from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import NotYours, StateConflict
from core.models import AuditEntry
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations import PiecesGone, set_on_hand
from notifications.enums import Event
from notifications.models import Notification
from orders.enums import ReturnStage, StockState
from orders.models import CustomerReturn, OrderLine, ReturnBooking, ReturnDecision, ReturnLine
from orders.operations import (
    InvalidDecision,
    LineDecision,
    NotDecidedHere,
    Recorded,
    RecordedReturn,
    RestockUnanswered,
    decide_return,
)
from products.models import Product
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import form, fulfilled, later, line
from tests.orders.customer_returns import customer_return, item, parcel

Record = Callable[..., Recorded]
RecordReturn = Callable[..., RecordedReturn]
Sold = Callable[..., Product]


def level(product: Product, warehouse: Warehouse | None = None) -> tuple[int, int]:
    levels = StockLevel.objects.filter(product=product)
    one = levels.get(warehouse=warehouse) if warehouse else levels.get()
    return one.on_hand, one.reserved


def returned_movements() -> list[int]:
    rows = StockMovement.objects.filter(kind=MovementKind.RETURN).order_by("pk")
    return list(rows.values_list("on_hand_change", flat=True))


def decide(row: CustomerReturn, actor: Any = None, place: int | None = None, **pieces: Any) -> None:
    """Decide the same about every line."""
    decide_return(
        customer_return=row,
        decisions=[LineDecision(line.pk, **pieces) for line in row.lines.all()],
        warehouse_id=place,
        actor=actor,
        now=timezone.now(),
    )


@pytest.fixture
def back(record: Record, record_return: RecordReturn) -> Callable[..., CustomerReturn]:
    """A sent order of offer 1 that came back whole."""

    def do(quantity: int = 2, fulfilment: str = "SENT", **changes: Any) -> CustomerReturn:
        whole = form([line("1", quantity=quantity)], fulfilment=fulfilment)
        record(whole)
        told = customer_return(whole, [item("1", quantity)], status="DELIVERED", **changes)
        return record_return(told).customer_return

    return do


def test_sellable_pieces_go_back_once(
    back: Callable[..., CustomerReturn], sold: Sold, staff: Any
) -> None:
    cup = sold("1")
    row = back(2)
    assert level(cup) == (8, 0)
    decide(row, staff, sellable=2)
    decide(row, staff, sellable=2)
    assert level(cup) == (10, 0)
    assert returned_movements() == [2]
    row.refresh_from_db()
    assert row.stage == ReturnStage.DECIDED
    one = row.lines.get()
    assert (one.decided_by, one.undecided, one.decisions_made) == (staff, 0, 1)
    movement = StockMovement.objects.get(kind=MovementKind.RETURN)
    assert (movement.actor, movement.reference) == (staff, one.order_line.order.checkout_form_id)
    assert AuditEntry.objects.filter(action="return.decided", actor=staff).count() == 1
    assert not Notification.objects.filter(event=Event.RETURN_OPENED, read_at=None).exists()
    assert_ledger_equals_levels(cup.organization)


def test_pieces_are_decided_about_bit_by_bit(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(5)
    decide(row, sellable=1)
    row.refresh_from_db()
    assert (level(cup), row.stage) == ((6, 0), ReturnStage.TO_DECIDE)
    decide(row, sellable=2, damaged=1)
    assert level(cup) == (7, 0)
    decide(row, sellable=2, damaged=1, not_received=2)
    row.refresh_from_db()
    assert (level(cup), row.stage) == ((7, 0), ReturnStage.DECIDED)
    assert returned_movements() == [1, 1]
    assert ReturnDecision.objects.count() == 3
    assert_ledger_equals_levels(cup.organization)


def test_deciding_anew_takes_back_what_was_booked(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(3)
    decide(row, sellable=3)
    decide(row, sellable=1, damaged=2)
    assert level(cup) == (8, 0)
    decide(row, damaged=3)
    assert level(cup) == (7, 0)
    decide(row, sellable=3)
    assert level(cup) == (10, 0)
    assert returned_movements() == [3, -2, -1, 3]
    assert_ledger_equals_levels(cup.organization)


def test_a_decision_moves_to_another_warehouse(
    back: Callable[..., CustomerReturn], sold: Sold, organization: Any
) -> None:
    cup = sold("1")
    seconds = Warehouse.objects.create(organization=organization, name="Seconds", code="s")
    row = back(2)
    decide(row, sellable=2)
    decide(row, place=seconds.pk, sellable=2)
    default = Warehouse.objects.get(organization=organization, is_default=True)
    assert level(cup, default) == (8, 0)
    assert level(cup, seconds) == (2, 0)
    assert_ledger_equals_levels(cup.organization)


def test_units_and_every_product_of_an_offer_come_back_as_they_were_taken(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup, lid, untracked = sold("1", units=2), sold("1"), sold("1", track_inventory=False)
    row = back(3)
    assert (level(cup), level(lid)) == ((4, 0), (7, 0))
    cup.offer_links.all().delete()
    decide(row, sellable=2, damaged=1)
    assert (level(cup), level(lid), level(untracked)) == ((8, 0), (9, 0), (10, 0))


def test_a_bundle_comes_back_as_its_parts(
    back: Callable[..., CustomerReturn], sold: Sold, organization: Any
) -> None:
    from inventory.operations import BundleItem, set_bundle
    from tests.factories import ProductFactory

    bundle = sold("1", on_hand=0)
    part: Product = ProductFactory.create(organization=organization)
    items = [BundleItem(part.pk, 3)]
    set_bundle(product=bundle, items=items, actor=None, now=timezone.now())
    place = Warehouse.objects.get(organization=organization, is_default=True)
    set_on_hand(
        organization_id=organization.pk, product_id=part.pk, warehouse=place, on_hand=10, reason="",
        actor=None, now=timezone.now(), key="start-part",
    )  # fmt: skip
    row = back(2)
    assert level(part) == (4, 0)
    decide(row, sellable=1, damaged=1)
    assert level(part) == (7, 0)
    assert not StockLevel.objects.filter(product=bundle, on_hand__gt=0).exists()


def test_both_lines_of_one_offer_book_their_own(
    record: Record, record_return: RecordReturn, sold: Sold
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2), line("1", quantity=1)], fulfilment="SENT")
    record(whole)
    row = record_return(customer_return(whole, [item("1", 3)], status="DELIVERED")).customer_return
    first, second = row.lines.order_by("slot")
    decide_return(
        customer_return=row,
        decisions=[LineDecision(first.pk, sellable=2), LineDecision(second.pk, damaged=1)],
        warehouse_id=None,
        actor=None,
        now=timezone.now(),
    )
    assert level(cup) == (9, 0)


@pytest.mark.parametrize(
    "pieces", [{"sellable": 3}, {"sellable": -1}, {"sellable": 1, "damaged": 1, "not_received": 1}]
)
def test_pieces_must_add_up(
    back: Callable[..., CustomerReturn], sold: Sold, pieces: dict[str, int]
) -> None:
    cup = sold("1")
    row = back(2)
    with pytest.raises(InvalidDecision):
        decide(row, **pieces)
    assert level(cup) == (8, 0)
    assert not ReturnDecision.objects.exists()


def test_who_looked_at_an_older_state_is_told(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(2)
    decide(row, sellable=1, seen=0)
    with pytest.raises(StateConflict):
        decide(row, sellable=2, seen=0)
    decide(row, sellable=1, seen=0)
    assert level(cup) == (9, 0)


def test_all_or_nothing(back: Callable[..., CustomerReturn], sold: Sold) -> None:
    cup = sold("1")
    row = back(2)
    one = row.lines.get()
    with pytest.raises(NotYours):
        decide_return(
            customer_return=row,
            decisions=[LineDecision(one.pk, sellable=2), LineDecision(one.pk + 1, sellable=1)],
            warehouse_id=None,
            actor=None,
            now=timezone.now(),
        )
    assert level(cup) == (8, 0)
    assert ReturnLine.objects.get().sellable == 0


def test_nobody_books_into_a_warehouse_of_others(
    back: Callable[..., CustomerReturn], sold: Sold, other_organization: Any
) -> None:
    cup = sold("1")
    foreign = Warehouse.objects.create(organization=other_organization, name="x", code="x")
    with pytest.raises(NotYours):
        decide(back(2), place=foreign.pk, sellable=2)
    assert level(cup) == (8, 0)


def test_pieces_sold_since_cannot_be_taken_off_the_shelf(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(2)
    decide(row, sellable=2)
    place = Warehouse.objects.get(organization=cup.organization, is_default=True)
    set_on_hand(
        organization_id=cup.organization_id, product_id=cup.pk, warehouse=place, on_hand=1, reason="",
        actor=None, now=timezone.now(), key="sold-out",
    )  # fmt: skip
    with pytest.raises(PiecesGone):
        decide(row, damaged=2)
    assert level(cup) == (1, 0)
    assert ReturnLine.objects.get().sellable == 2
    assert_ledger_equals_levels(cup.organization)


def test_a_return_that_allegro_handles_never_touches_our_stock(
    record: Record, record_return: RecordReturn, sold: Sold
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)], fulfilment="SENT", provider="ALLEGRO")
    record(whole)
    told = customer_return(whole, [item("1", 2)], status="WAREHOUSE_DELIVERED", isFulfillment=True)
    with pytest.raises(NotDecidedHere):
        decide(record_return(told).customer_return, sellable=2)
    ours = record_return(customer_return(whole, [item("1", 2)], status="DELIVERED")).customer_return
    decide(ours, sellable=2)
    assert level(cup) == (10, 0)
    assert returned_movements() == []


def test_goods_of_a_cancelled_order_are_on_the_shelf_already(
    record: Record, record_return: RecordReturn, sold: Sold
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    record(whole)
    record(later(whole, status="CANCELLED"))
    row = record_return(customer_return(whole, [item("1", 2)], status="DELIVERED")).customer_return
    decide(row, sellable=2)
    assert level(cup) == (10, 0)
    assert returned_movements() == []


def test_goods_that_have_not_left_wait_for_the_order(
    back: Callable[..., CustomerReturn], record: Record, record_return: RecordReturn, sold: Sold
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    record(whole)
    told = customer_return(whole, [item("1", 2)])
    row = record_return(told).customer_return
    with pytest.raises(StateConflict):
        decide(row, sellable=2)
    assert level(cup) == (10, 2)
    decide(row, not_received=2)
    assert level(cup) == (10, 2)


def test_goods_that_came_back_had_left_whatever_the_order_says(
    record: Record, back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(2, fulfilment="NEW", parcels=[parcel()])
    assert level(cup) == (10, 2)
    decide(row, sellable=1, damaged=1)
    assert level(cup) == (9, 0)
    assert OrderLine.objects.get().stock_state == StockState.CONSUMED
    payload = row.order.revisions.get().payload
    record(fulfilled(later(payload), "SENT"))
    assert level(cup) == (9, 0)
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.parametrize(("book", "expected"), [(True, 12), (False, 10)])
def test_stock_never_taken_is_counted_in_only_when_said_so(
    record: Record,
    record_return: RecordReturn,
    integration: Integration,
    sold: Sold,
    book: bool,
    expected: int,
) -> None:
    cup = sold("1")
    from datetime import timedelta

    before = integration.created_at - timedelta(days=3)
    whole = form([line("1", quantity=2, bought_at=before)], fulfilment="SENT", updated_at=before)
    record(whole)
    assert OrderLine.objects.get().stock_state == StockState.EARLIER
    row = record_return(customer_return(whole, [item("1", 2)], status="DELIVERED")).customer_return
    with pytest.raises(RestockUnanswered):
        decide(row, sellable=2)
    decide(row, sellable=2, book=book)
    assert level(cup) == (expected, 0)
    decide(row, sellable=2, book=not book)
    assert level(cup) == (22 - expected, 0)
    assert_ledger_equals_levels(cup.organization)


def test_a_line_without_product_is_decided_about_without_stock(
    back: Callable[..., CustomerReturn],
) -> None:
    row = back(1)
    decide(row, sellable=1)
    row.refresh_from_db()
    assert row.stage == ReturnStage.DECIDED
    assert not ReturnBooking.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_decision_from_many_hands_books_once(
    back: Callable[..., CustomerReturn], sold: Sold
) -> None:
    cup = sold("1")
    row = back(2)

    def one(_number: int) -> None:
        try:
            decide(row, sellable=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(one, range(8)))
    assert level(cup) == (10, 0)
    assert returned_movements() == [2]
    assert_ledger_equals_levels(cup.organization)
