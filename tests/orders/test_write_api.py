"""The routes that change an order at Allegro, from request to what the sandbox has in the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import Order, OrderWrite
from orders.operations import request_fulfilment
from tests.orders.allegro_orders import Shop, work, work_later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("prefix", ["/api/v1/orders", "/api/v1/allegro/orders", "/api/orders"])
def test_a_status_is_set_and_followed(api: Any, staff: Any, shop: Shop, prefix: str) -> None:
    order = shop.buy(1)
    place = f"{prefix}/{order.checkout_form_id}"
    answer = api(staff).put(
        f"{place}/status", {"status": "SENT", "revision": order.revision}, format="json"
    )
    assert answer.status_code == 202
    told = answer.json()
    assert (told["kind"], told["state"], told["requested"]["status"]) == (
        "FULFILMENT", "PENDING", "SENT",
    )  # fmt: skip
    work()
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    told = api(staff).get(f"{place}/writes/{told['id']}").json()
    assert (told["state"], told["outcome"], told["problem"]) == ("DONE", "WRITTEN", None)
    assert told["traceId"]
    assert api(staff).get(f"{place}/writes").json()["items"] == [told]


def test_a_revision_that_is_old_is_told_and_tried_again(api: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    place = f"/api/v1/orders/{order.pk}"
    shop.act(order, "address", street="Nowa 5")
    asked = api(staff).put(f"{place}/status", {"status": "PROCESSING"}, format="json").json()
    work()
    told = api(staff).get(f"{place}/writes/{asked['id']}").json()
    assert told["state"] == "WAITING_FOR_PERSON"
    assert told["problem"]["code"] == "buyer_changed"
    assert told["problem"]["remedy"]
    now = shop.form(order)["revision"]
    retry = f"{place}/writes/{asked['id']}/retry"
    assert api(staff).post(retry, {"revision": now}, format="json").status_code == 202
    work()
    assert shop.form(order)["fulfillment"]["status"] == "PROCESSING"
    again = api(staff).post(retry, {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_retry")


def test_tracking_numbers_carriers_and_sent(api: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    place = f"/api/v1/orders/{order.pk}"
    shop.fault("GET /order/carriers", status=503, count=5)
    away = api(staff).get(f"{place}/carriers")
    assert (away.status_code, away.json()["code"]) == (503, "allegro_away")
    shop.sandbox.control("DELETE", "/faults")
    carriers = api(staff).get(f"{place}/carriers").json()
    assert "DPD" in [one["carrierId"] for one in carriers]
    wish = {"carrierId": "DPD", "waybill": "0000111122223", "markAsSent": True}
    first = api(staff).post(f"{place}/shipments", wish, format="json", HTTP_IDEMPOTENCY_KEY="a")
    again = api(staff).post(f"{place}/shipments", wish, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert (first.status_code, again.json()) == (202, first.json())
    work()
    listed = api(staff).get(f"{place}/shipments").json()["items"]
    assert [(one["waybill"], one["source"]) for one in listed] == [("0000111122223", "HUB")]
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    refused = api(staff).post(
        f"{place}/shipments", {"carrierId": "ALLEGRO", "waybill": "1"}, format="json"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "carrier_allegro")
    assert refused.json()["remedy"]


def test_a_refund_is_previewed_ordered_once_and_claimed(api: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(2, smart=False)
    line = order.lines.get()
    place = f"/api/v1/orders/{order.pk}"
    wish = {
        "reason": "COMPLAINT",
        "lines": [{"lineItemId": line.line_item_id, "quantity": 1}],
        "delivery": "1.00",
    }
    expected = (line.price or 0) + 1
    preview = api(staff).post(f"{place}/refunds/preview", wish, format="json").json()
    assert (Decimal(preview["total"]), preview["currency"]) == (expected, "PLN")
    assert Decimal(preview["left"]) == (order.paid_amount or 0) - expected
    assert not OrderWrite.objects.exists()
    asked = api(staff).post(f"{place}/refunds", wish, format="json", HTTP_IDEMPOTENCY_KEY="r-1")
    assert asked.status_code == 202
    forget_answers()  # the server was killed before it had kept its answer
    again = api(staff).post(f"{place}/refunds", wish, format="json", HTTP_IDEMPOTENCY_KEY="r-1")
    assert again.json()["id"] == asked.json()["id"]
    work()
    work_later()
    [refund] = api(staff).get(f"{place}/refunds").json()["items"]
    assert (refund["status"], Decimal(refund["total"])) == ("SUCCESS", expected)
    assert len(shop.truth()["refunds"]) == 1
    claim = {"lineItemId": line.line_item_id, "quantity": 1}
    assert api(staff).post(f"{place}/commission-claims", claim, format="json").status_code == 202
    work()
    [listed] = api(staff).get(f"{place}/commission-claims").json()["items"]
    assert (listed["status"], listed["lineItemId"]) == ("IN_PROGRESS", line.line_item_id)
    gone = api(staff).delete(f"{place}/commission-claims/{listed['remoteId']}")
    assert gone.status_code == 202
    work()
    assert shop.truth()["refundClaims"][0]["status"] == "CANCELLED"


def forget_answers() -> None:
    from core.models import RememberedAnswer

    RememberedAnswer.objects.all().delete()


def test_an_order_that_cannot_be_fulfilled(api: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    place = f"/api/v1/orders/{order.pk}"
    early = api(staff).post(
        f"{place}/commission-claims",
        {"lineItemId": order.lines.get().line_item_id, "quantity": 1},
        format="json",
    )
    assert (early.status_code, early.json()["code"]) == (409, "claim_too_early")
    plan = api(staff).get(f"{place}/cancel").json()
    assert Decimal(plan["refund"]["total"]) == order.paid_amount
    assert (plan["setsStatus"], len(plan["claims"])) == (True, 1)
    made = api(staff).post(f"{place}/cancel", {}, format="json")
    assert made.status_code == 202
    assert [one["kind"] for one in made.json()["writes"]] == [
        "REFUND", "FULFILMENT", "COMMISSION_CLAIM",
    ]  # fmt: skip
    for _round in range(3):
        work_later()
    assert shop.form(order)["fulfillment"]["status"] == "CANCELLED"
    assert len(shop.truth()["refundClaims"]) == 1


@pytest.mark.parametrize(
    "lines", [[None], [{"lineItemId": "x", "quantity": 1}, {"lineItemId": "x", "quantity": 2}]]
)
def test_lines_to_cancel_are_named_and_once(
    api: Any, staff: Any, record: Any, lines: list[Any]
) -> None:
    from tests.orders.checkout_forms import form

    order = record(form()).order
    answer = api(staff).post(f"/api/v1/orders/{order.pk}/cancel", {"lines": lines}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["lines"])
    assert not OrderWrite.objects.exists()


def test_a_write_is_let_go(api: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    place = f"/api/v1/orders/{order.pk}"
    asked = api(staff).put(f"{place}/status", {"status": "SENT"}, format="json").json()
    gone = api(staff).post(f"{place}/writes/{asked['id']}/let-go")
    assert (gone.status_code, gone.json()["outcome"]) == (200, "LET_GO")
    work()
    assert shop.form(order)["fulfillment"]["status"] == "NEW"


WRITES = [
    ("put", "status", {"status": "SENT"}),
    ("post", "shipments", {"carrierId": "DPD", "waybill": "1"}),
    ("post", "refunds", {"reason": "REFUND", "delivery": "1"}),
    ("post", "commission-claims", {"lineItemId": "x", "quantity": 1}),
    ("post", "cancel", {}),
    ("post", "writes/1/retry", {}),
    ("post", "writes/1/let-go", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_viewers_change_nothing_and_outsiders_find_nothing(
    api: Any, viewer: Any, outsider: Any, record: Any, method: str, path: str, body: dict[str, Any]
) -> None:
    from tests.orders.checkout_forms import form

    order = record(form()).order
    for user, status in ((viewer, 403), (outsider, 404)):
        call = getattr(api(user), method)
        assert call(f"/api/v1/orders/{order.pk}/{path}", body, format="json").status_code == status
    assert not OrderWrite.objects.exists()


@pytest.mark.parametrize("list_path", ["writes", "shipments", "refunds", "commission-claims"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    api: Any, viewer: Any, record: Any, list_path: str
) -> None:
    from tests.orders.checkout_forms import form

    counts = []
    for rows in (1, 3):
        order: Order = record(form()).order
        for number in range(rows):
            add_row(order, list_path, number)
        client = api(viewer)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/api/v1/orders/{order.pk}/{list_path}")
        assert len(answer.json()["items"]) == rows
        counts.append(len(queries))
    assert counts[0] == counts[1]


def add_row(order: Order, kind: str, number: int) -> None:
    from orders.models import CommissionClaim, Refund, Shipment

    now = timezone.now()
    common = {
        "organization": order.organization, "order": order, "remote_id": str(number), "read_at": now,
    }  # fmt: skip
    if kind == "writes":
        request_fulfilment(order=order, status="NEW", actor=None, now=now, lines_sent="NONE")
        OrderWrite.objects.filter(order=order).exclude(state="DONE").update(
            state="DONE", key=str(number)
        )
    elif kind == "shipments":
        Shipment.objects.create(waybill=str(number), carrier_id="DPD", source="HUB", **common)
    elif kind == "refunds":
        Refund.objects.create(status="NEW", total=1, currency="PLN", **common)
    else:
        line = order.lines.get()
        CommissionClaim.objects.create(line=line, status="GRANTED", quantity=1, **common)
