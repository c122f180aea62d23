"""What the list is narrowed to and searched by."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from orders import queries
from orders.models import Order, Shipment
from orders.operations import Recorded, record_checkout_forms
from orders.queries import Wish, found_ids
from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.orders.checkout_forms import form, iso, later, line

Record = Callable[..., Recorded]


def due(moment: Any) -> dict[str, Any]:
    delivery = form([])["delivery"]
    return delivery | {"time": {"dispatch": {"from": iso(moment), "to": iso(moment)}}}


def named(text: str) -> list[str]:
    """Titles in the order the page shows them."""
    return re.findall(r"1 × (\w+)", text)


def test_what_must_leave_comes_most_urgent_first(
    page: Any, api: Any, viewer: Any, record: Record
) -> None:
    here = ZoneInfo("Europe/Warsaw")
    midnight = timezone.localtime(timezone=here).replace(hour=0, minute=0, second=0, microsecond=0)
    late, today = timezone.now() - timedelta(hours=30), midnight + timedelta(hours=23, minutes=59)
    week = midnight + timedelta(days=6)
    for name, moment in (("Week", week), ("Late", late), ("Today", today)):
        record(form([line(name=name)], delivery=due(moment)))
    gone = form([line(name="Gone")], delivery=due(late), fulfilment="SENT")
    record(gone)
    expected = {
        "late": ["Late"], "today": ["Late", "Today"], "tomorrow": ["Late", "Today"],
        "open": ["Late", "Today", "Week"],
    }  # fmt: skip
    for value, names in expected.items():
        text = page(viewer).get("/orders/", {"due": value}).content.decode()
        assert named(text) == names, value
        found = api(viewer).get("/api/v1/orders", {"shipBy": value}).json()["items"]
        assert [one["lines"][0]["name"] for one in found] == names, value
    assert page(viewer).get("/orders/", {"due": "late"}).content.decode().count(">late<") == 1


def test_the_list_is_narrowed_by_what_is_special(
    page: Any, api: Any, viewer: Any, record: Record
) -> None:
    record(form([line(name="Plain")]))
    record(form([line(name="Invoice")], invoice={"required": True, "address": None}))
    cash = form([])["payment"] | {"type": "CASH_ON_DELIVERY", "paidAmount": None}
    record(form([line(name="Cash")], payment=cash))
    record(form([line(name="Czech")], marketplace={"id": "allegro-cz"}))
    stopped = form([line(name="Stopped")])
    record(stopped)
    record(later(stopped, status="CANCELLED"))
    for query, route, names in (
        ({"only": "invoice"}, {"invoiceWanted": "true"}, ["Invoice"]),
        ({"only": "on_delivery"}, {"cashOnDelivery": "1"}, ["Cash"]),
        ({"only": "stopped"}, {"stopped": "true"}, ["Stopped"]),
        ({"marketplace": "allegro-cz"}, {"marketplace": "allegro-cz"}, ["Czech"]),
    ):
        assert named(page(viewer).get("/orders/", query).content.decode()) == names
        found = api(viewer).get("/api/v1/allegro/orders", route).json()["items"]
        assert [one["lines"][0]["name"] for one in found] == names
    for wrong in ({"shipBy": "soon"}, {"stopped": "maybe"}, {"integrationId": "x"}):
        answer = api(viewer).get("/api/v1/orders", wrong)
        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.content.decode()


def test_orders_of_one_account_by_the_published_name(
    api: Any, viewer: Any, record: Record, organization: Any
) -> None:
    second = IntegrationFactory(organization=organization)
    record(form())
    wanted = record(form(), integration=second).order
    found = api(viewer).get("/api/v1/orders", {"integrationId": second.pk}).json()["items"]
    assert [one["id"] for one in found] == [wanted.pk]


def test_two_letters_find_codes_that_begin_with_them(record: Record, organization: Any) -> None:
    cup = record(form([line("1", sku="CU-1"), line("2", sku="TE-1")])).order
    tea = record(form([line("3", sku="te-2")])).order
    record(form([line("4", sku="XCU")]))

    def found(search: str) -> set[int]:
        return set(found_ids(organization=organization, search=search))

    assert found("cu") == {cup.pk}
    assert found("TE") == {cup.pk, tea.pk}
    assert found("te cu") == {cup.pk}
    assert found("%") == set()
    assert found("c") == {cup.pk}
    assert found("") == set()


def test_a_tracking_number_finds_its_order(
    page: Any, viewer: Any, record: Record, organization: Any, other_organization: Any
) -> None:
    order = record(form([line(name="Parcel")])).order
    record(form([line(name="Other")]))
    Shipment.objects.create(
        organization=organization,
        order=order,
        remote_id="s1",
        waybill="630001234567",
        source="ALLEGRO",
        read_at=timezone.now(),
    )
    text = page(viewer).get("/orders/", {"q": "630001234567"}).content.decode()
    assert named(text) == ["Parcel"]
    assert found_ids(organization=other_organization, search="630001234567") == []


def test_a_common_word_shows_the_newest_and_not_the_first_found(
    integration: Integration, organization: Any
) -> None:
    start = timezone.now() - timedelta(days=9)
    many = [
        form([line(bought_at=start + timedelta(minutes=n))])
        for n in range(queries.SEARCH_BOUND + 2)
    ]
    made = record_checkout_forms(integration=integration, forms=many, now=timezone.now())
    found = queries.orders_of(organization=organization, wish=Wish(search="kowalska"))
    assert [order.pk for order in found[:2]] == [made[-1].order.pk, made[-2].order.pk]
    assert found.count() == len(many)


@pytest.mark.parametrize(
    ("wish", "index"),
    [
        (Wish(), "orders_recent"),
        (Wish(status="READY"), "orders_by_status"),
        (Wish(to_ship=True), "orders_to_ship"),
        (Wish(ship_before=timezone.now()), "orders_to_ship"),
        (Wish(wants_invoice=True), "orders_invoices"),
        (Wish(cash_on_delivery=True), "orders_on_delivery"),
        (Wish(marketplace="allegro-cz"), "orders_by_market"),
    ],
)
def test_every_narrowing_can_walk_an_index_in_the_order_of_the_list(
    organization: Any, wish: Wish, index: str
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = queries.orders_of(organization=organization, wish=wish)[:50].explain()
    assert index in plan
    assert "Sort Key" not in plan


def test_marketplaces_are_those_orders_came_from(
    record: Record, organization: Any, other_organization: Any
) -> None:
    for name in ("allegro-pl", "allegro-cz", "allegro-pl", None):
        record(form(marketplace={"id": name}))
    assert queries.marketplaces_of(organization=organization) == ["allegro-cz", "allegro-pl"]
    assert queries.marketplaces_of(organization=other_organization) == []
    assert Order.objects.count() == 4
