"""Acts on many orders: what is chosen, refused, done and told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.enums import WorkState
from orders.models import Order, OrderWrite
from orders.operations import Recorded, record_checkout_forms
from orders.queries import BULK
from orders.queries.export import safe
from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.orders.checkout_forms import form, later, line

Record = Callable[..., Recorded]


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer["Content-Type"].startswith("text/csv")
    body = b"".join(answer.streaming_content).decode("utf-8")
    assert body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(body[1:])))


@pytest.fixture
def mixed(record: Record) -> dict[str, Order]:
    """One that may be sent, and one of each kind that may not."""
    cancelled = form([line("2")])
    record(cancelled)
    return {
        "ready": record(form([line("1")])).order,
        "cancelled": record(later(cancelled, status="CANCELLED")).order,
        "unpaid": record(form([line("3")], status="BOUGHT")).order,
        "theirs": record(form([line("4")], provider="ALLEGRO")).order,
    }


def test_what_will_be_sent_is_shown_first_and_nothing_is_written(
    page: Any, staff: Any, mixed: dict[str, Order]
) -> None:
    picks = [order.pk for order in mixed.values()]
    text = page(staff).post("/orders/bulk/", {"act": "sent", "pick": picks}).content.decode()
    assert "Mark 1 order as sent" in text
    assert text.count('name="pick"') == 1
    for reason in ("The order is cancelled", "not paid yet", "from its own warehouse"):
        assert reason in text, reason
    assert not OrderWrite.objects.exists()


def test_each_order_has_an_outcome_and_a_refused_one_holds_up_nobody(
    page: Any, staff: Any, mixed: dict[str, Order]
) -> None:
    picks = [order.pk for order in mixed.values()]
    answer = page(staff).post("/orders/bulk/sent/", {"pick": picks}, follow=True)
    write = OrderWrite.objects.get()
    assert (write.order, write.requested["status"]) == (mixed["ready"], "SENT")
    assert write.requested_by == staff
    text = answer.content.decode()
    assert mixed["ready"].checkout_form_id in text
    assert "Not these" in text
    again = page(staff).post("/orders/bulk/sent/", {"pick": picks}, follow=True)
    assert again.status_code == 200
    assert OrderWrite.objects.get() == write


def test_what_failed_says_why_and_is_tried_again(
    page: Any, staff: Any, viewer: Any, mixed: dict[str, Order]
) -> None:
    pk = mixed["ready"].pk
    page(staff).post("/orders/bulk/sent/", {"pick": [pk]})
    OrderWrite.objects.update(
        state=WorkState.WAITING_FOR_PERSON,
        problem="buyer_changed",
        last_error="The address differs",
    )
    address = f"/orders/bulk/outcome/?orders={pk}"
    text = page(staff).get(address).content.decode()
    assert "The address differs" in text
    assert "then decide again" in text
    assert "Try the failed ones again" in text
    assert "Try the failed ones again" not in page(viewer).get(address).content.decode()
    assert page(viewer).post("/orders/bulk/retry/", {"pick": [pk]}).status_code == 403
    assert OrderWrite.objects.get().state == WorkState.WAITING_FOR_PERSON
    page(staff).post("/orders/bulk/retry/", {"pick": [pk]})
    write = OrderWrite.objects.get()
    assert (write.state, write.problem) == (WorkState.PENDING, "")


def test_the_whole_list_is_what_its_filters_say_up_to_a_bound(
    page: Any, staff: Any, record: Record, integration: Integration
) -> None:
    many = [form([line(name="Wanted")]) for _number in range(BULK + 1)]
    record_checkout_forms(integration=integration, forms=many, now=timezone.now())
    record(form([line("9", name="Sent")], fulfilment="SENT"))
    sent = {"act": "sent", "all": "1", "filter": "status=READY&page=7"}
    text = page(staff).post("/orders/bulk/", sent).content.decode()
    assert text.count('name="pick"') == BULK
    assert "Only the first" in text
    sent = {"act": "sent", "all": "1", "filter": "status=SENT"}
    assert "Mark 1 order as sent" in page(staff).post("/orders/bulk/", sent).content.decode()


def test_nothing_chosen_goes_back_to_the_list(page: Any, staff: Any) -> None:
    answer = page(staff).post("/orders/bulk/", {"act": "sent", "filter": "status=READY"})
    assert answer["Location"] == "/orders/?status=READY"


def test_viewers_and_others_mark_nothing(
    page: Any, viewer: Any, outsider: Any, record: Record
) -> None:
    order = record(form()).order
    assert page(viewer).post("/orders/bulk/sent/", {"pick": [order.pk]}).status_code == 403
    page(outsider).post("/orders/bulk/sent/", {"pick": [order.pk]})
    assert not OrderWrite.objects.exists()
    text = page(outsider).get(f"/orders/bulk/outcome/?orders={order.pk}").content.decode()
    assert order.checkout_form_id not in text
    assert "Mark as sent" not in page(viewer).get("/orders/").content.decode()


def test_the_route_marks_many_and_names_what_is_not_yours(
    api: Any,
    staff: Any,
    viewer: Any,
    mixed: dict[str, Order],
    other_organization: Any,
    record: Record,
) -> None:
    foreign = record(form(), integration=IntegrationFactory(organization=other_organization)).order
    numbers = [str(mixed["ready"].pk), mixed["cancelled"].checkout_form_id, str(foreign.pk), "none"]
    assert (
        api(viewer).post("/api/v1/orders/bulk/sent", {"orders": numbers}, "json").status_code == 403
    )
    answer = api(staff).post("/api/v1/orders/bulk/sent", {"orders": numbers}, "json")
    assert answer.status_code == 202
    got = answer.json()
    assert got["unknown"] == [str(foreign.pk), "none"]
    by_id = {one["orderId"]: one for one in got["results"]}
    assert by_id[mixed["ready"].pk]["write"]["state"] == "PENDING"
    refused = by_id[mixed["cancelled"].pk]
    assert (refused["write"], refused["code"]) == (None, "order_cancelled")
    assert refused["remedy"]
    assert OrderWrite.objects.get().order == mixed["ready"]
    wrongs: list[dict[str, list[str]]] = [{}, {"orders": []}, {"orders": ["1"] * 501}]
    for wrong in wrongs:
        assert api(staff).post("/api/v1/orders/bulk/sent", wrong, "json").status_code == 400


def test_papers_over_the_api(api: Any, staff: Any, viewer: Any, record: Record) -> None:
    order = record(form()).order
    wish = {"orders": [order.checkout_form_id]}
    for paper in ("packing", "pick", "labels"):
        answer = api(staff).post(
            f"/api/v1/orders/papers/{paper}", wish, "json", headers={"Idempotency-Key": "once"}
        )
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    assert api(viewer).post("/api/v1/orders/papers/labels", wish, "json").status_code == 403
    assert api(staff).post("/api/v1/orders/papers/poster", wish, "json").status_code == 404
    labels = "/api/v1/orders/papers/labels"
    assert api(staff).post(labels, wish | {"start": "2.0"}, "json").status_code == 200
    assert api(staff).post(labels, wish | {"start": "two"}, "json").status_code == 400
    unknown = {"orders": ["nothing"]}
    assert api(staff).post("/api/v1/orders/papers/labels", unknown, "json").status_code == 404


def test_csv_holds_every_line_of_the_narrowed_list(
    page: Any, api: Any, viewer: Any, record: Record, other_organization: Any
) -> None:
    whole = form([line("1", quantity=2, sku="SKU-1"), line("2", sku="SKU-2")])
    order = record(whole).order
    record(form([line("3")], fulfilment="SENT"))
    record(form(), integration=IntegrationFactory(organization=other_organization))
    got = rows(page(viewer).get("/orders/export.csv?status=READY"))
    assert [(one["order"], one["code"], one["pieces"]) for one in got] == [
        (order.checkout_form_id, "SKU-1", "2"),
        (order.checkout_form_id, "SKU-2", "1"),
    ]
    assert got[0]["total"] == str(order.total)
    assert got[0]["ship_to"].startswith("Anna Kowalska, Grunwaldzka 182")
    assert rows(api(viewer).get("/api/v1/orders/export.csv?status=READY")) == got
    assert len(rows(page(viewer).get("/orders/export.csv"))) == 3


def test_no_cell_is_a_formula(page: Any, viewer: Any, record: Record) -> None:
    evil = '=HYPERLINK("http://x","y")'
    buyer = form()["buyer"] | {"login": "@cmd", "firstName": "+1", "phoneNumber": "\t=1"}
    record(form([line(name=evil, sku="-2+3")], buyer=buyer, messageToSeller=evil))
    (got,) = rows(page(viewer).get("/orders/export.csv"))
    assert got["title"] == got["message"] == f"'{evil}"
    assert (got["code"], got["buyer_login"]) == ("'-2+3", "'@cmd")
    assert not [cell for cell in got.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert safe("plain") == "plain"
    assert safe(None) == ""


@pytest.mark.parametrize("act", ["sent", "export"])
def test_many_take_as_many_queries_as_few(page: Any, staff: Any, record: Record, act: str) -> None:
    orders = [record(form([line(str(n)) for n in range(k + 1)])).order for k in range(4)]
    counts = []
    for some in (orders[:1], orders):
        with CaptureQueriesContext(connection) as queries:
            if act == "export":
                number = some[0].checkout_form_id if len(some) == 1 else ""
                rows(page(staff).get("/orders/export.csv", {"q": number} if number else {}))
            else:
                picks = [order.pk for order in some]
                page(staff).post("/orders/bulk/", {"act": "sent", "pick": picks})
        counts.append(len(queries))
    # Looking for a number is one query more than not looking.
    assert counts[0] - (act == "export") == counts[1]
