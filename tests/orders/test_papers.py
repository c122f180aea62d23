"""What packers hold in their hands, read back from the PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from core.models import AuditEntry
from orders.models import Order, Refund
from orders.operations import Recorded
from tests.factories import IntegrationFactory
from tests.orders.checkout_forms import form, later, line, money

Record = Callable[..., Recorded]
HOSTILE = '#panic("x") $x^2$ *bold* _it_ <b> \\ ] [ " \' `raw` //x /*y*/ @ref = head #import'


def pages(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content[:300]
    assert answer["Content-Type"] == "application/pdf"
    return [
        " ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(answer.content)).pages
    ]


def printed(client: Any, act: str, *orders: Order, **more: Any) -> list[str]:
    picks = [order.pk for order in orders]
    return pages(client.post("/orders/bulk/", {"act": act, "pick": picks} | more))


def to(first: str, last: str, street: str = "Grunwaldzka 182", **more: Any) -> dict[str, Any]:
    whole = form([])
    address = whole["delivery"]["address"] | {
        "firstName": first,
        "lastName": last,
        "street": street,
    }
    return whole["delivery"] | {"address": address | more}


def test_a_packing_list_says_all_a_packer_needs(
    page: Any, staff: Any, record: Record, sold: Any
) -> None:
    cup = sold("1", units=2, code="CUP-7", ean="5901234123457")
    whole = form(
        [
            line("1", quantity=3, name="Kubek żółty", sku="SKU-7"),
            line("2", name="Spodek", sku=None),
        ],
        messageToSeller="Proszę zapakować na prezent",
        delivery=to("Łukasz", "Źdźbło-Příliš"),
    )
    order = record(whole).order
    (text,) = printed(page(staff), "packing", order)
    for expected in (
        "Packing list", order.checkout_form_id, "Łukasz Źdźbło-Příliš", "Grunwaldzka 182",
        "60-166 Poznań", "POZ08A", "Kubek żółty", "SKU-7", f"6 × {cup.code}", "5901234123457", "Spodek",
        "Proszę zapakować na prezent", "Allegro Paczkomaty InPost", order.integration.label,
    ):  # fmt: skip
        assert expected in text, expected
    assert "DO NOT SHIP" not in text
    assert "Collect" not in text


def test_what_is_paid_on_delivery_says_how_much_to_collect(
    page: Any, staff: Any, record: Record
) -> None:
    payment = form([])["payment"] | {"type": "CASH_ON_DELIVERY", "paidAmount": None}
    order = record(
        form([line(price="100.00")], payment=payment, summary={"totalToPay": money("112.99")})
    ).order
    for act in ("packing", "labels"):
        (text,) = printed(page(staff), act, order)
        assert "112.99 PLN" in text, act


def test_an_order_that_must_not_leave_is_shouted_at_and_has_no_label(
    page: Any, staff: Any, record: Record
) -> None:
    good = record(form([line("1", name="Dobry kubek")])).order
    whole = form([line("2", name="Zły kubek")], delivery=to("Nie", "Wysyłać"))
    record(whole)
    bad = record(later(whole, status="CANCELLED")).order
    sheets = printed(page(staff), "packing", good, bad)
    assert ["DO NOT SHIP" in text for text in sheets] == [False, True]
    assert "DO NOT SHIP: The buyer cancelled" in sheets[1]
    labels = " ".join(printed(page(staff), "labels", good, bad))
    assert "Kowalska" in labels
    assert "Wysyłać" not in labels
    assert f"Left out, do not ship: {bad.checkout_form_id}" in labels
    picked = " ".join(printed(page(staff), "pick", good, bad))
    assert "Dobry kubek" in picked
    assert "Zły kubek" not in picked


def test_a_pick_list_sums_products_with_their_places(
    page: Any, staff: Any, record: Record, sold: Any
) -> None:
    cup = sold("1", on_hand=50, code="CUP-7", name="Kubek")
    one = record(form([line("1", quantity=2)])).order
    two = record(form([line("1", quantity=3), line("9", name="Bez produktu", quantity=4)])).order
    (text,) = printed(page(staff), "pick", one, two)
    place = cup.stock_levels.get().warehouse.name
    for expected in (f"5 {cup.name}", cup.code, f"{place}: 5", "4 Bez produktu", "2 orders"):
        assert expected in text, expected


@pytest.mark.parametrize("act", ["packing", "pick", "labels"])
def test_what_a_buyer_writes_is_text_and_never_markup(
    page: Any, staff: Any, record: Record, act: str
) -> None:
    order = record(
        form([line(name=HOSTILE, sku=HOSTILE)], messageToSeller=HOSTILE, delivery=to(HOSTILE, "x"))
    ).order
    text = "".join("".join(printed(page(staff), act, order)).split())
    assert "".join(HOSTILE.split()) in text


def test_long_names_stay_inside_their_label(page: Any, staff: Any, record: Record) -> None:
    long = to(
        "Konstantynopolitańczykowianeczka",
        "Brzęczyszczykiewicz-Wierzchowiecka z domu Chrząszczyżewoszycka",
        "Plac Bohaterów Getta Warszawskiego i Powstania 1944 roku 128 m. 77, klatka IV, domofon 12",
        companyName="Przedsiębiorstwo Produkcyjno-Usługowo-Handlowe Import-Export Spółka z o.o. sp. k.",
    )
    orders = [record(form([line(str(n))], delivery=long)).order for n in range(25)]
    sheets = printed(page(staff), "labels", *orders)
    assert len(sheets) == 2
    assert sheets[0].count("Konstantynopolitańczykowianeczka") == 24
    assert sheets[1].count("domofon 12") == 1


def test_a_begun_sheet_of_labels_is_used_up(page: Any, staff: Any, record: Record) -> None:
    orders = [record(form([line(str(n))])).order for n in range(2)]
    sheets = printed(page(staff), "labels", *orders, start=24)
    assert [text.count("Kowalska") for text in sheets] == [1, 1]


def test_printing_is_audited_and_in_the_story_of_the_order(
    page: Any, staff: Any, record: Record
) -> None:
    order = record(form()).order
    printed(page(staff), "packing", order)
    entry = AuditEntry.objects.get(action="order.printed")
    assert (entry.actor, entry.target_id) == (staff, str(order.pk))
    assert "Printed" in page(staff).get(f"/orders/{order.pk}/").content.decode()


def test_viewers_and_others_print_nothing(
    page: Any, viewer: Any, outsider: Any, record: Record, other_organization: Any
) -> None:
    foreign = record(form(), integration=IntegrationFactory(organization=other_organization)).order
    mine = record(form()).order
    sent = {"act": "labels", "pick": [mine.pk, foreign.pk]}
    assert page(viewer).post("/orders/bulk/", sent).status_code == 403
    text = " ".join(pages(page(outsider).post("/orders/bulk/", sent)))
    assert mine.checkout_form_id not in text
    assert foreign.checkout_form_id in text
    assert AuditEntry.objects.filter(action="order.printed").count() == 1


@pytest.mark.parametrize("act", ["packing", "pick", "labels"])
def test_printing_many_takes_as_many_queries_as_printing_one(
    page: Any, staff: Any, record: Record, sold: Any, act: str
) -> None:
    for n in range(4):
        sold(str(n))
    orders = [record(form([line(str(k)) for k in range(n + 1)])).order for n in range(4)]
    counts = []
    for some in (orders[:1], orders[1:]):
        with CaptureQueriesContext(connection) as queries:
            printed(page(staff), act, *some)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pieces_refunded_as_not_available_are_left_out(
    page: Any, staff: Any, record: Record
) -> None:
    told = record(
        form(
            [line("1", quantity=3, name="Kubek", line_id="a"), line("2", line_id="b", sku="SKU-2")]
        )
    )
    order = told.order
    for number, (reason, status, pieces) in enumerate(
        [
            ("PRODUCT_NOT_AVAILABLE", "SUCCESS", 1),
            ("PRODUCT_NOT_AVAILABLE", "CANCELED", 1),
            ("REFUND", "SUCCESS", 1),
        ]
    ):
        Refund.objects.create(
            organization_id=order.organization_id,
            order=order,
            remote_id=str(number),
            status=status,
            reason=reason,
            total="49.99",
            currency="PLN",
            lines=[{"id": "a", "type": "QUANTITY", "quantity": pieces}],
            read_at=order.read_at,
        )
    (text,) = printed(page(staff), "packing", order)
    assert "Of 3, refunded as not available: 1" in text
    assert "2 Kubek" in text
    assert text.count("refunded as not available") == 1
    (picked,) = printed(page(staff), "pick", order)
    assert "2 Kubek" in picked
    page_text = page(staff).get(f"/orders/{order.pk}/pack/").content.decode()
    assert '<span class="packing__pieces">2<' in page_text
    assert "Of 3, refunded as not available: 1" in page_text
