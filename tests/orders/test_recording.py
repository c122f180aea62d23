from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import deliver_due
from inventory.enums import MovementKind
from inventory.models import Reservation, StockLevel, StockMovement
from offers.models import OfferLink
from orders.checkout_form import FormUnreadable
from orders.enums import DisplayStatus, StockState
from orders.models import Order, OrderLine, OrderRevision, OrderTransition
from orders.operations import Recorded, record_checkout_form, record_checkout_forms
from products.models import Product
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import START, form, fulfilled, later, line, money

Record = Callable[..., Recorded]
Sold = Callable[..., Product]


def topics() -> list[str]:
    rows = OutboxMessage.objects.filter(topic__startswith="order.").order_by("pk")
    return list(rows.values_list("topic", flat=True))


def level(product: Product) -> tuple[int, int]:
    one = StockLevel.objects.get(product=product)
    return one.on_hand, one.reserved


def test_all_of_a_form_is_kept_in_columns(record: Record) -> None:
    whole = form(
        [line("1", quantity=2, price="44.99"), line("2", price="154.00", sku=None)],
        invoice={
            "required": True,
            "address": {
                "street": "Solna 1", "city": "Poznań", "zipCode": "60-166", "countryCode": "PL",
                "company": {
                    "name": "Udix Sp. z o.o.",
                    "ids": [
                        {"type": "VAT_EU", "value": "PL5252674798"},
                        {"type": "PL_NIP", "value": "5252674798"},
                    ],
                },
                "naturalPerson": None,
            },
        },
        note={"text": "dzwonić"},
        messageToSeller="Proszę o czerwony",
    )  # fmt: skip
    order = Order.objects.get(pk=record(whole).order.pk)
    assert (order.buyer_login, order.buyer_last_name) == ("anna_k", "Kowalska")
    assert order.buyer_email == "abc123+17454c1b6@allegromail.pl"
    assert (order.invoice_required, order.invoice_company) == (True, "Udix Sp. z o.o.")
    assert order.invoice_tax_id == "5252674798"
    assert order.pickup_point["id"] == "POZ08A"
    assert order.delivery_address["city"] == "Poznań"
    assert (order.total, order.currency, order.is_paid) == (Decimal("256.97"), "PLN", True)
    assert order.delivery_cost == Decimal("12.99")
    assert order.dispatch_by == START + timedelta(days=1)
    assert (order.display_status, order.marketplace) == (DisplayStatus.READY, "allegro-pl")
    assert (order.message_to_seller, order.note) == ("Proszę o czerwony", "dzwonić")
    lines = list(order.lines.order_by("position"))
    assert [(one.quantity, one.price, one.tax_rate) for one in lines] == [
        (2, Decimal("44.99"), Decimal("23.00")),
        (1, Decimal("154.00"), Decimal("23.00")),
    ]
    assert [one.external_id for one in lines] == ["SKU-1", ""]


def test_the_citizens_number_is_not_kept(record: Record) -> None:
    record(form())
    assert "personalIdentity" not in json.dumps(OrderRevision.objects.get().payload)


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


def test_the_same_form_again_changes_nothing(record: Record, sold: Sold) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    assert record(whole).created
    before = OutboxMessage.objects.count()
    again = record(json.loads(json.dumps(whole)))
    assert (again.created, again.changed) == (False, False)
    assert OutboxMessage.objects.count() == before
    assert OrderRevision.objects.count() == 1
    assert level(cup) == (10, 2)


def test_steps_are_taken_and_told_once(record: Record, sold: Sold) -> None:
    cup = sold("1")
    bought = form([line("1", quantity=2)], status="BOUGHT")
    record(bought)
    assert topics() == ["order.bought"]
    assert level(cup) == (10, 2)
    ready = later(form(bought["lineItems"], form_id=bought["id"]))
    record(ready)
    assert topics() == ["order.bought", "order.changed", "order.ready"]
    record(later(ready, minutes=5, messageToSeller="x"))
    assert topics().count("order.ready") == 1
    record(fulfilled(later(ready, minutes=9), "SENT"))
    assert level(cup) == (8, 0)
    record(fulfilled(later(ready, minutes=12), "PICKED_UP"))
    assert level(cup) == (8, 0)
    names = OrderTransition.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["bought", "ready", "sent"]
    assert OrderLine.objects.get().stock_state == StockState.CONSUMED


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


def test_an_older_form_never_overwrites_a_newer_one(record: Record, sold: Sold) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], status="BOUGHT")
    new = later(form(old["lineItems"], form_id=old["id"]), status="CANCELLED")
    record(new)
    stale = record(old)
    assert (stale.created, stale.changed) == (False, False)
    order = Order.objects.get()
    assert order.display_status == DisplayStatus.CANCELLED
    assert level(cup) == (10, 0)
    assert OrderRevision.objects.count() == 2, "what was told is kept all the same"


def test_at_equal_update_time_the_later_read_counts(record: Record) -> None:
    new = form()
    sent = fulfilled(new, "SENT")
    asked = timezone.now()
    record(sent, read_at=asked)
    record(new, read_at=asked - timedelta(seconds=2))
    assert Order.objects.get().display_status == DisplayStatus.SENT
    record(new, read_at=asked + timedelta(seconds=2))
    assert Order.objects.get().display_status == DisplayStatus.READY


def test_a_poorer_form_erases_no_buyer(record: Record) -> None:
    whole = form()
    record(whole)
    bare = {"id": whole["buyer"]["id"], "login": whole["buyer"]["login"], "email": None}
    record(later(whole, buyer=bare, delivery=None, invoice=None, payment=None))
    order = Order.objects.get()
    assert order.buyer_last_name == "Kowalska"
    assert order.buyer_phone == "+48 600 700 800"
    assert order.delivery_address["street"] == "Grunwaldzka 182"
    assert order.pickup_point["id"] == "POZ08A"
    assert order.is_paid
    assert "KOWALSKA" in order.search


def test_another_way_of_delivery_drops_the_old_pickup_point(record: Record) -> None:
    whole = form()
    record(whole)
    courier = dict(whole["delivery"]) | {
        "method": {"id": "courier", "name": "Kurier"}, "pickupPoint": None,
    }  # fmt: skip
    record(later(whole, delivery=courier))
    assert Order.objects.get().pickup_point == {}


def test_a_changed_address_is_taken_whole(record: Record) -> None:
    whole = form()
    record(whole)
    moved = {"street": "Nowa 7", "city": "Gdynia", "zipCode": "81-001", "countryCode": "PL"}
    record(later(whole, delivery=dict(whole["delivery"]) | {"address": moved}))
    assert Order.objects.get().delivery_address == moved


@pytest.mark.parametrize(
    ("paid", "surcharges", "full"),
    [
        ("62.98", [], True),
        ("62.97", [], False),
        ("50.00", ["12.98"], True),
        ("50.00", ["12.00"], False),
        ("70.00", [], True),
        (None, [], False),
        (None, ["62.98"], True),
    ],
)
def test_paid_means_payment_and_surcharges_reach_the_total(
    record: Record, paid: str | None, surcharges: list[str], full: bool
) -> None:
    whole = form()
    payment = dict(whole["payment"]) | {"paidAmount": money(paid) if paid else None}
    extra = [{"id": "s", "paidAmount": money(amount)} for amount in surcharges]
    order = record(whole | {"payment": payment, "surcharges": extra}).order
    assert order.is_paid is full


def test_cash_on_delivery_is_paid_when_the_courier_has_settled(record: Record) -> None:
    whole = form()
    payment = dict(whole["payment"]) | {"type": "CASH_ON_DELIVERY", "paidAmount": None}
    whole["payment"] = payment
    assert not record(whole).order.is_paid
    booked = [{"paymentId": "p", "paidAmount": money("62.98"), "paidAt": whole["updatedAt"]}]
    assert record(later(whole, codBookedPayments=booked)).order.is_paid


def test_numeric_amounts_and_other_currencies_stay_exact(record: Record) -> None:
    whole = form([line("1", price="1299")], marketplace={"id": "allegro-hu"})
    whole["lineItems"][0]["price"] = {"amount": 1299.1, "currency": "HUF"}
    whole["summary"] = {"totalToPay": {"amount": 1312.09, "currency": "HUF"}}
    order = record(whole).order
    assert (order.total, order.currency) == (Decimal("1312.09"), "HUF")
    assert OrderLine.objects.get().price == Decimal("1299.10")


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"lineItems": None},
        {"lineItems": []},
        {"lineItems": [{"id": "x"}]},
        {"lineItems": ["x"]},
        {"summary": {"totalToPay": {"amount": "many", "currency": "PLN"}}},
        {"summary": {"totalToPay": {"amount": "1e99", "currency": "PLN"}}},
    ],
)
def test_garbage_is_refused_and_nothing_is_written(record: Record, broken: dict[str, Any]) -> None:
    with pytest.raises(FormUnreadable):
        record(form() | broken)
    assert not Order.objects.exists()


def test_nulls_and_new_values_are_no_garbage(record: Record) -> None:
    bare = {
        "id": "f-1",
        "status": "SOMETHING_NEW",
        "lineItems": [{"id": "l-1", "quantity": 1, "offer": None, "price": None, "tax": "odd"}],
        **dict.fromkeys(
            ["buyer", "payment", "fulfillment", "delivery", "invoice", "surcharges", "note",
             "marketplace", "summary", "updatedAt", "revision", "codBookedPayments"]
        ),
    }  # fmt: skip
    order = record(bare).order
    assert (order.display_status, order.total) == (DisplayStatus.UNPAID, None)


def test_texts_postgresql_cannot_store_are_cleaned(record: Record) -> None:
    whole = form(messageToSeller="a\x00b\ud83dc")
    order = record(whole).order
    assert order.message_to_seller == "abc"
    assert OrderRevision.objects.get().payload["messageToSeller"] == "abc"


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


def test_an_old_form_read_late_does_not_take_its_lines_back(record: Record, sold: Sold) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], status="BOUGHT")
    merged = later(form(old["lineItems"]), minutes=3)
    for known_before in (False, True):
        Order.objects.all().delete()
        if known_before:
            record(old)
        record(merged)
        record(later(old, minutes=1))
        new = Order.objects.get(checkout_form_id=merged["id"])
        assert new.lines.count() == 1
        gone = Order.objects.get(checkout_form_id=old["id"])
        assert (gone.display_status, gone.superseded_by) == (DisplayStatus.SUPERSEDED, new)
    assert level(cup) == (10, 2)


def test_a_page_of_forms_is_recorded_in_a_fixed_number_of_statements(
    integration: Integration, sold: Sold, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        sold(str(number), on_hand=1000)
    forms = [
        form([line(str((n + k) % 20)) for k in range(1 + n % 5)], fulfilment=("NEW", "SENT")[n % 2])
        for n in range(100)
    ]
    with django_assert_max_num_queries(40):
        done = record_checkout_forms(integration=integration, forms=forms, now=timezone.now())
    assert [one.order.checkout_form_id for one in done] == [one["id"] for one in forms]
    assert all(one.created for one in done)
    assert OrderLine.objects.count() == sum(len(one["lineItems"]) for one in forms)
    assert_ledger_equals_levels(integration.organization)


def test_a_form_twice_in_one_page_is_recorded_as_its_newest(
    integration: Integration, sold: Sold
) -> None:
    sold("1")
    old = form([line("1")], status="BOUGHT")
    new = later(form(old["lineItems"], form_id=old["id"]))
    done = record_checkout_forms(integration=integration, forms=[new, old], now=timezone.now())
    assert done[0].order.pk == done[1].order.pk
    assert Order.objects.get().display_status == DisplayStatus.READY


@pytest.mark.parametrize("order_of_events", list(itertools.permutations(range(4))))
def test_any_order_of_reads_ends_in_the_same_state(
    record: Record, sold: Sold, order_of_events: tuple[int, ...]
) -> None:
    cup = sold("1")
    bought = form([line("1", quantity=2)], status="BOUGHT")
    ready = later(form(bought["lineItems"], form_id=bought["id"]), minutes=1)
    changed = later(ready, minutes=2, messageToSeller="x")
    sent = fulfilled(later(ready, minutes=3), "SENT")
    history = [bought, ready, changed, sent]
    for number in order_of_events:
        record(history[number])
        record(history[number])
    assert level(cup) == (8, 0)
    assert Order.objects.get().display_status == DisplayStatus.SENT
    assert StockMovement.objects.filter(kind=MovementKind.DISPATCH).count() == 1
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.django_db(transaction=True)
def test_many_recorders_at_once_take_everything_once(integration: Integration, sold: Sold) -> None:
    products = [sold(str(n), on_hand=500) for n in range(4)]
    forms = [form([line(str(k), quantity=1 + n % 3) for k in range(1 + n % 4)]) for n in range(20)]
    work = [one for one in forms for _again in range(3)]
    random.Random(7).shuffle(work)

    def one(whole: dict[str, Any]) -> None:
        try:
            record_checkout_form(integration=integration, form=whole, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(one, work))
    assert Order.objects.count() == 20
    sold_pieces = {str(n): 0 for n in range(4)}
    for whole in forms:
        for item in whole["lineItems"]:
            sold_pieces[item["offer"]["id"]] += item["quantity"]
    assert [level(one)[1] for one in products] == list(sold_pieces.values())
    assert_ledger_equals_levels(integration.organization)


def test_buyer_data_of_two_organizations_never_meets(
    record: Record, other_organization: Any
) -> None:
    from tests.factories import IntegrationFactory

    foreign = IntegrationFactory(organization=other_organization)
    whole = form()
    record(whole)
    record_checkout_form(integration=foreign, form=whole, now=timezone.now())
    assert Order.objects.count() == 2
    assert Order.objects.for_organization(other_organization).count() == 1


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


def test_the_time_of_reading_is_each_orders_own(record: Record, integration: Integration) -> None:
    read_at = timezone.now()
    late, early = form([line("1")]), form([line("2")])
    record(late, read_at=read_at + timedelta(minutes=9))
    record(early, read_at=read_at)
    record_checkout_forms(
        integration=integration,
        forms=[late, early],
        now=timezone.now(),
        read_at=read_at + timedelta(minutes=1),
    )
    # Told at the same moment, read in between: news of the order that was not read as late.
    record(fulfilled(early, "SENT"), read_at=read_at + timedelta(minutes=5))
    record(fulfilled(late, "SENT"), read_at=read_at + timedelta(minutes=5))
    states = dict(Order.objects.values_list("checkout_form_id", "display_status"))
    assert states == {early["id"]: DisplayStatus.SENT, late["id"]: DisplayStatus.READY}
