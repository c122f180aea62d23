"""What happens to orders and their stock off the straight way: merges, vanished forms, other warehouses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import OutboxMessage
from inventory.models import Reservation, StockLevel, Warehouse
from inventory.operations import set_on_hand
from offers.models import OfferLink, StockFeed
from orders.enums import DisplayStatus, StockState
from orders.models import Order, OrderLine, OrderTransition
from orders.operations import Recorded
from orders.operations.refreshing import GRACE, mark_gone
from products.models import Product
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import form, fulfilled, later, line, money

Record = Callable[..., Recorded]
Sold = Callable[..., Product]


def level(product: Product) -> tuple[int, int]:
    one = StockLevel.objects.get(product=product)
    return one.on_hand, one.reserved


def state_of(whole: dict[str, Any]) -> str:
    return Order.objects.get(checkout_form_id=whole["id"]).display_status


def test_a_line_that_moves_and_grows_is_promised_in_its_new_number(
    record: Record, sold: Sold
) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2, line_id="L-1")], status="BOUGHT")
    record(old)
    record(later(form([line("1", quantity=5, line_id="L-1")]), minutes=3))
    assert level(cup) == (10, 5)
    assert_ledger_equals_levels(cup.organization)


def test_a_merge_of_some_lines_leaves_the_others_where_they_are(record: Record, sold: Sold) -> None:
    cup, tea = sold("1"), sold("2")
    stays, goes = line("1", quantity=2), line("2", quantity=3)
    old = form([stays, goes], status="FILLED_IN")
    record(old)
    new = later(form([goes, line("1", quantity=1)]), minutes=3)
    record(new)
    assert (level(cup), level(tea)) == ((10, 3), (10, 3))
    assert (state_of(old), state_of(new)) == (DisplayStatus.UNPAID, DisplayStatus.READY)
    record(fulfilled(new, "SENT"))
    assert (level(cup), level(tea)) == ((9, 2), (7, 0))
    record(later(old, minutes=9, status="CANCELLED", lineItems=[stays]))
    assert (level(cup), level(tea)) == ((9, 0), (7, 0))


@pytest.mark.parametrize("end", ["SENT", "CANCELLED"])
def test_a_line_allegro_dropped_holds_nothing_once_the_order_is_over(
    record: Record, sold: Sold, end: str
) -> None:
    cup, tea = sold("1"), sold("2")
    stays, dropped = line("1"), line("2", quantity=3)
    whole = form([stays, dropped])
    record(whole)
    fewer = later(whole, lineItems=[stays])
    order = record(fewer).order
    order.refresh_from_db()
    assert "1" in order.hold_reason
    assert level(tea) == (10, 3), "it may still turn up in another form"
    record(fulfilled(later(fewer), end))
    assert level(tea) == (10, 0)
    assert level(cup) == ((9, 0) if end == "SENT" else (10, 0))
    assert OrderLine.objects.get(line_item_id=dropped["id"]).stock_state == StockState.RELEASED
    record(later(form([dropped]), minutes=60))
    assert level(tea) == (10, 3)
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.parametrize("gone", ["before", "after"])
def test_an_old_form_that_is_gone_is_superseded_whenever_it_vanished(
    record: Record, sold: Sold, integration: Integration, gone: str
) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], status="BOUGHT")
    record(old)
    new = later(form(old["lineItems"]), minutes=3)
    if gone == "before":
        mark_gone(integration, old["id"], timezone.now())
        assert "no longer has" in Order.objects.get().hold_reason
        assert level(cup) == (10, 2)
    record(new)
    if gone == "after":
        mark_gone(integration, old["id"], timezone.now())
    merged = Order.objects.get(checkout_form_id=old["id"])
    assert (merged.display_status, merged.hold_reason) == (DisplayStatus.SUPERSEDED, "")
    assert merged.superseded_by is not None
    assert level(cup) == (10, 2)


def test_lines_already_sent_are_not_taken_again_by_the_form_they_move_to(
    record: Record, sold: Sold
) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], fulfilment="SENT")
    record(old)
    new = later(form(old["lineItems"]), minutes=3)
    record(new)
    assert level(cup) == (8, 0)
    record(later(new, status="CANCELLED"))
    assert level(cup) == (8, 0)
    assert_ledger_equals_levels(cup.organization)


def test_a_purchase_never_paid_and_gone_for_days_is_cancelled(
    record: Record, sold: Sold, integration: Integration
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)], status="BOUGHT")
    record(whole)
    now = timezone.now()
    mark_gone(integration, whole["id"], now)
    mark_gone(integration, whole["id"], now + GRACE - timedelta(minutes=1))
    assert level(cup) == (10, 2)
    for _again in range(2):
        mark_gone(integration, whole["id"], now + GRACE)
    assert level(cup) == (10, 0)
    order = Order.objects.get()
    assert (order.display_status, order.cancelled_at) == (DisplayStatus.CANCELLED, now + GRACE)
    assert OrderLine.objects.get().stock_state == StockState.RELEASED
    assert OutboxMessage.objects.filter(topic="order.cancelled").count() == 1
    record(later(form(whole["lineItems"]), minutes=3))
    assert level(cup) == (10, 2), "its lines turned up after all"
    assert_ledger_equals_levels(cup.organization)


def test_an_order_that_is_gone_by_mistake_twice_is_not_cancelled(
    record: Record, sold: Sold, integration: Integration
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)], status="BOUGHT")
    now = timezone.now()
    record(whole, read_at=now)
    mark_gone(integration, whole["id"], now + timedelta(hours=1))
    record(later(whole), read_at=now + timedelta(hours=2))
    mark_gone(integration, whole["id"], now + GRACE * 3)
    assert level(cup) == (10, 2)
    assert OrderTransition.objects.get(name="gone").at == now + GRACE * 3


def test_a_paid_order_that_is_gone_is_left_to_a_person(
    record: Record, sold: Sold, integration: Integration
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    record(whole)
    now = timezone.now()
    mark_gone(integration, whole["id"], now)
    mark_gone(integration, whole["id"], now + GRACE * 9)
    assert level(cup) == (10, 2)
    assert Order.objects.get().display_status == DisplayStatus.READY


def test_no_pieces_left_on_a_line_release_it(record: Record, sold: Sold) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2, line_id="L-1")])
    record(whole)
    none = later(whole, lineItems=[line("1", quantity=0, line_id="L-1")])
    record(none)
    assert level(cup) == (10, 0)
    record(later(none, lineItems=[line("1", quantity=3, line_id="L-1")]))
    assert level(cup) == (10, 3)
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.parametrize("fulfilment", ["NEW", "SENT"])
def test_a_changed_number_follows_the_product_the_offer_has_now(
    record: Record, sold: Sold, fulfilment: str
) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2, line_id="L-1")])
    record(whole)
    OfferLink.objects.all().delete()
    mug = sold("1")
    more = later(whole, lineItems=[line("1", quantity=3, line_id="L-1")])
    record(fulfilled(more, fulfilment))
    assert level(cup) == (10, 0)
    assert level(mug) == ((10, 3) if fulfilment == "NEW" else (7, 0))
    assert_ledger_equals_levels(cup.organization)


def test_a_line_that_is_told_poorer_keeps_what_it_was(record: Record) -> None:
    whole = form([line("1", price="10.00", line_id="L-1")])
    record(whole)
    bare = {"id": "L-1", "quantity": 1, "offer": {"id": "1"}, "price": None}
    record(later(whole, lineItems=[bare]))
    kept = OrderLine.objects.get()
    assert (str(kept.price), kept.name, kept.external_id) == ("10.00", "Kubek emaliowany", "SKU-1")


def test_a_sale_is_promised_from_the_warehouses_that_feed_its_account(
    record: Record, sold: Sold, integration: Integration
) -> None:
    cup = sold("1")
    attic = Warehouse.objects.create(
        organization=integration.organization, name="Attic", code="attic"
    )
    set_on_hand(
        organization_id=integration.organization_id, product_id=cup.pk, warehouse=attic, on_hand=3,
        reason="", actor=None, now=timezone.now(), key="attic",
    )  # fmt: skip
    record(form([line("1")]))
    StockFeed.objects.create(
        organization=integration.organization, integration=integration, warehouse=attic, priority=1
    )
    record(form([line("1", quantity=2)]))
    places = dict(Reservation.objects.values_list("quantity", "warehouse__code"))
    assert places == {1: "main", 2: "attic"}


@pytest.mark.parametrize(
    ("ids", "shown", "first"),
    [
        ([("PL_NIP", "5252674798")], ["NIP", "5252674798"], "5252674798"),
        (
            [("VAT_EU", "PL5252674798"), ("PL_NIP", "5252674798")],
            ["VAT UE", "PL5252674798", "NIP"],
            "5252674798",
        ),
        (
            [("CZ_ICO", "27082440"), ("CZ_DIC", "CZ27082440")],
            ["IČO", "DIČ", "CZ27082440"],
            "27082440",
        ),
        (
            [("SK_ICO", "35697270"), ("SK_IC_DPH", "SK2020310578")],
            ["IČ DPH", "SK2020310578"],
            "35697270",
        ),
        ([("HU_ADOSZAM", "10773381-2-44")], ["Adószám", "10773381-2-44"], "10773381-2-44"),
        ([("NEW_KIND", "X-1-2-3")], ["NEW_KIND", "X-1-2-3"], "X-1-2-3"),
    ],
)
def test_every_kind_of_tax_number_is_shown_and_found(
    record: Record,
    page: Any,
    viewer: Any,
    ids: list[tuple[str, str]],
    shown: list[str],
    first: str,
) -> None:
    company = {"name": "Firma", "ids": [{"type": kind, "value": number} for kind, number in ids]}
    address = {"street": "Solna 1", "city": "Poznań", "company": company, "naturalPerson": None}
    order = record(form(invoice={"required": True, "address": address})).order
    assert order.invoice_tax_id == first
    text = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    for expected in shown:
        assert expected in text, expected
    for _kind, number in ids:
        assert "Kubek" in page(viewer).get("/orders/", {"q": number}).content.decode()


def test_an_invoice_for_a_person_names_them(record: Record, page: Any, viewer: Any) -> None:
    person = {"firstName": "Zofia", "lastName": "Nowicka"}
    address = {"street": "Solna 1", "city": "Poznań", "company": None, "naturalPerson": person}
    order = record(form(invoice={"required": True, "address": address})).order
    assert "Zofia Nowicka" in page(viewer).get(f"/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize(
    ("payment", "words"),
    [
        ({"type": "CASH_ON_DELIVERY", "paidAmount": None}, "on delivery"),
        ({"type": "EXTENDED_TERM", "paidAmount": None}, "at a later date"),
        ({"type": "ONLINE", "paidAmount": None}, "not in full"),
        ({"type": "ONLINE", "paidAmount": money("70.00")}, "Overpaid"),
    ],
)
def test_how_an_order_is_paid_is_told(
    record: Record, page: Any, viewer: Any, payment: dict[str, Any], words: str
) -> None:
    whole = form()
    order = record(whole | {"payment": dict(whole["payment"]) | payment}).order
    text = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    assert words in text
    assert ("7.02" in text) is (words == "Overpaid")


@pytest.mark.parametrize("told", [None, money("0.00")])
def test_what_the_courier_booked_counts_beside_an_amount_of_nothing(
    record: Record, told: dict[str, str] | None
) -> None:
    whole = form()
    whole["payment"] = dict(whole["payment"]) | {"type": "CASH_ON_DELIVERY", "paidAmount": told}
    assert not record(whole).order.is_paid
    booked = [
        {"paymentId": "p1", "paidAmount": money("60.00")},
        {"paymentId": "p2", "paidAmount": money("2.98")},
    ]
    order = record(later(whole, codBookedPayments=booked)).order
    assert (order.is_paid, str(order.paid_amount)) == (True, "62.98")
