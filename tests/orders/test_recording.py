"""What of a checkout form is kept, exactly; what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from orders.checkout_form import FormUnreadable
from orders.enums import DisplayStatus
from orders.models import Order, OrderLine, OrderRevision
from orders.operations import record_checkout_form, record_checkout_forms
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import START, form, fulfilled, later, line, money
from tests.orders.conftest import Record, Sold


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
