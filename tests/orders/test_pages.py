from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import Order
from orders.operations import Recorded, record_checkout_form
from tests.factories import IntegrationFactory
from tests.orders.checkout_forms import START, form, fulfilled, later, line

Record = Callable[..., Recorded]


@pytest.fixture
def foreign(other_organization: Any) -> Order:
    integration = IntegrationFactory(organization=other_organization)
    return record_checkout_form(integration=integration, form=form(), now=timezone.now()).order


def test_the_list_is_searched_by_buyer_number_title_and_code(
    page: Any, api: Any, viewer: Any, record: Record
) -> None:
    wanted = form([line("881", sku="CUP-77", name="Kubek termiczny")])
    wanted["buyer"] |= {"login": "jan_zielony", "lastName": "Zieliński"}
    other = form([line("882", sku="TEA-1", name="Herbata")])
    record(wanted)
    record(other)
    for words in ("jan_ziel", "zieliński", wanted["id"][:18], "kubek TERM", "cup-77", "881 kubek"):
        text = page(viewer).get("/orders/", {"q": words}).content.decode()
        assert "Kubek termiczny" in text, words
        assert "Herbata" not in text, words
        found = api(viewer).get("/api/v1/orders", {"search": words}).json()["items"]
        assert [one["checkoutFormId"] for one in found] == [wanted["id"]], words
    nothing = page(viewer).get("/orders/", {"q": "absent"}).content.decode()
    assert "No order matches" in nothing


def test_the_list_is_narrowed_by_status_account_and_days(
    page: Any, api: Any, viewer: Any, record: Record, organization: Any
) -> None:
    second = IntegrationFactory(organization=organization, label="Second shop")
    early = START - timedelta(days=5)
    record(form([line(name="Old one", bought_at=early)], updated_at=early))
    record(form([line(name="Sent one")], fulfilment="SENT"))
    record(form([line(name="Other shop")]), integration=second)
    day = START.date()

    def names(**query: Any) -> set[str]:
        text = page(viewer).get("/orders/", query).content.decode()
        return {name for name in ("Old one", "Sent one", "Other shop") if name in text}

    assert names() == {"Old one", "Sent one", "Other shop"}
    assert names(status="SENT") == {"Sent one"}
    assert names(account=second.pk) == {"Other shop"}
    assert names(since=day.isoformat()) == {"Sent one", "Other shop"}
    assert names(until=(day - timedelta(days=1)).isoformat()) == {"Old one"}
    assert names(since="nonsense", account="x", status="odd") == {
        "Old one",
        "Sent one",
        "Other shop",
    }

    def api_count(**query: Any) -> int:
        return len(api(viewer).get("/api/v1/allegro/orders", query).json()["items"])

    assert api_count() == 3
    assert api_count(status="SENT") == 1
    assert api_count(integration=second.pk) == 1
    assert api_count(**{"from": day.isoformat()}) == 2
    assert api_count(to=(day - timedelta(days=1)).isoformat()) == 1
    for wrong in (
        {"status": "odd"},
        {"from": "tomorrow"},
        {"to": "2026-13-01"},
        {"integration": "x"},
    ):
        assert api(viewer).get("/api/v1/orders", wrong).status_code == 400


def test_the_page_tells_the_whole_story(page: Any, viewer: Any, record: Record, sold: Any) -> None:
    product = sold("1", units=2)
    whole = form(
        [line("1", quantity=2), line("9", name="Unlinked thing")], messageToSeller="Na prezent"
    )
    order = record(whole, trace_id="trace-77").order
    record(fulfilled(later(whole), "PROCESSING"))
    text = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    for expected in (
        "anna_k", "Kowalska", "Grunwaldzka 182", "POZ08A", "Na prezent", "Being packed", product.code,
        "No product is linked", "1 without a linked product", "trace-77", f"{product.code} +4",
        "Ready for processing", order.checkout_form_id,
    ):  # fmt: skip
        assert expected in text, expected
    assert "67062589524" not in text


def test_a_merged_order_leads_to_the_new_one(page: Any, viewer: Any, record: Record) -> None:
    old = form(status="BOUGHT")
    first = record(old).order
    new = record(later(form(old["lineItems"]))).order
    text = page(viewer).get(f"/orders/{first.pk}/").content.decode()
    assert f"/orders/{new.pk}/" in text
    assert "Merged into another order" in text
    assert f"/orders/{first.pk}/" in page(viewer).get(f"/orders/{new.pk}/").content.decode()


def test_outsiders_find_nothing(
    page: Any, api: Any, viewer: Any, foreign: Order, record: Record
) -> None:
    assert page(viewer).get(f"/orders/{foreign.pk}/").status_code == 404
    for number in (foreign.pk, foreign.checkout_form_id):
        for prefix in ("orders", "allegro/orders"):
            assert api(viewer).get(f"/api/v1/{prefix}/{number}").status_code == 404
            assert api(viewer).get(f"/api/v1/{prefix}/{number}/revisions").status_code == 404
    assert api(viewer).get("/api/v1/orders").json()["items"] == []
    assert foreign.buyer_login not in page(viewer).get("/orders/").content.decode()


def test_the_api_gives_the_whole_order_under_both_names(
    api: Any, viewer: Any, record: Record
) -> None:
    whole = form([line("1", quantity=2, price="10.50"), line("2")])
    order = record(whole).order
    answers = [
        api(viewer).get(f"/api/{version}{prefix}/{number}").json()
        for version in ("v1/", "")
        for prefix in ("orders", "allegro/orders")
        for number in (order.pk, order.checkout_form_id)
    ]
    assert all(answer == answers[0] for answer in answers)
    got = answers[0]
    assert (got["status"], got["allegroStatus"]) == ("READY", "READY_FOR_PROCESSING")
    assert got["buyer"]["lastName"] == "Kowalska"
    assert got["delivery"]["address"]["zipCode"] == "60-166"
    assert got["payment"]["isPaid"] is True
    assert got["total"] == "83.98"
    assert [(one["quantity"], one["price"]) for one in got["lines"]] == [(2, "10.50"), (1, "49.99")]
    revisions = api(viewer).get(f"/api/v1/orders/{order.pk}/revisions").json()["items"]
    kept = dict(whole, buyer={k: v for k, v in whole["buyer"].items() if k != "personalIdentity"})
    assert [one["payload"] for one in revisions] == [kept]
    assert api(viewer).post(f"/api/v1/orders/{order.pk}", {}).status_code in (403, 405)


@pytest.mark.parametrize("path", ["/orders/", "/api/v1/orders"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    page: Any, api: Any, viewer: Any, record: Record, path: str
) -> None:
    client = api(viewer) if path.startswith("/api") else page(viewer)
    counts = []
    for number in range(3):
        record(form([line(str(n)) for n in range(number + 1)]))
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_takes_the_same_queries_for_one_line_and_three(
    page: Any, viewer: Any, record: Record, sold: Any
) -> None:
    for n in range(3):
        sold(str(n))
    small = record(form([line("0")])).order
    big = record(form([line(str(n)) for n in range(3)])).order
    client = page(viewer)
    counts = []
    for order in (small, big):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/orders/{order.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", ["order", "orderline", "orderrevision", "ordertransition"])
def test_operators_see_states_and_no_buyers(
    operator: Any, client: Any, record: Record, model: str
) -> None:
    order = record(form()).order
    client.force_login(operator)
    assert client.get(f"/admin/orders/{model}/").status_code == 200
    text = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    for private in ("Kowalska", "Grunwaldzka", "allegromail", "600 700 800"):
        assert private not in text
