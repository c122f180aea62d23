from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import StockLevel, Warehouse
from orders.enums import WriteKind
from orders.models import CustomerReturn, Order, OrderWrite, ReturnLine
from orders.operations import Recorded, RecordedReturn, record_customer_return
from tests.factories import IntegrationFactory
from tests.orders.checkout_forms import form, line
from tests.orders.customer_returns import customer_return, item, parcel

Record = Callable[..., Recorded]
RecordReturn = Callable[..., RecordedReturn]


@pytest.fixture
def back(record: Record, record_return: RecordReturn) -> Callable[..., CustomerReturn]:
    def do(quantity: int = 2, offer: str = "1", **changes: Any) -> CustomerReturn:
        sold = form([line(offer, quantity=quantity, sku=f"SKU-{offer}")], fulfilment="SENT")
        record(sold)
        told = customer_return(sold, [item(offer, quantity)], status="DELIVERED", **changes)
        return record_return(told).customer_return

    return do


@pytest.fixture
def foreign(other_organization: Any) -> CustomerReturn:
    integration = IntegrationFactory(organization=other_organization)
    return record_customer_return(
        integration=integration, customer_return=customer_return("x"), now=timezone.now()
    ).customer_return


def test_the_list_shows_what_is_to_decide_first_and_the_rest_on_tabs(
    page: Any, viewer: Any, back: Callable[..., CustomerReturn], record_return: RecordReturn
) -> None:
    back(referenceNumber="REF-OPEN")
    record_return(customer_return("x", status="IN_TRANSIT", referenceNumber="REF-MOVING"))
    client = page(viewer)

    def names(**query: Any) -> set[str]:
        text = client.get("/returns/", query).content.decode()
        return {name for name in ("REF-OPEN", "REF-MOVING") if name in text}

    assert names() == {"REF-OPEN"}
    assert names(stage="ON_THE_WAY") == {"REF-MOVING"}
    assert names(stage="DECIDED") == set()
    assert names(stage="ALL") == {"REF-OPEN", "REF-MOVING"}
    assert names(stage="odd", account="x") == {"REF-OPEN"}


def test_the_list_is_searched_by_reference_waybill_order_and_code(
    page: Any, api: Any, viewer: Any, back: Callable[..., CustomerReturn]
) -> None:
    wanted = back(offer="771", referenceNumber="77AB/1", parcels=[parcel("PX-123456")])
    back(offer="882", referenceNumber="OTHER/9")
    number = wanted.checkout_form_id
    for words in ("77ab", "px-1234", number[:13], "sku-771", "771 kubek"):
        text = page(viewer).get("/returns/", {"q": words}).content.decode()
        assert "77AB/1" in text, words
        assert "OTHER/9" not in text, words
        found = api(viewer).get("/api/v1/returns", {"search": words}).json()["items"]
        assert [one["returnId"] for one in found] == [wanted.return_id], words


def test_the_page_shows_the_return_and_a_viewer_no_buttons(
    page: Any, viewer: Any, back: Callable[..., CustomerReturn]
) -> None:
    row = back(parcels=[parcel("PX-1")], refund={"bankAccount": {"owner": "Anna", "iban": "PL99"}})
    text = page(viewer).get(f"/returns/{row.pk}/").content.decode()
    for expected in ("1234/Z04A", "PX-1", "PL99", "Za mały", "Does not like it", "SKU-1"):
        assert expected in text, expected
    assert "Keep these decisions" not in text
    assert "Reject at Allegro" not in text
    assert page(viewer).post(f"/returns/{row.pk}/", {}).status_code == 403
    assert page(viewer).get(f"/returns/{row.pk}/reject/").status_code == 403
    assert page(viewer).post(f"/orders/{row.order_id}/lift-stop/", {}).status_code == 403
    assert ReturnLine.objects.get().decisions_made == 0


def test_a_packer_decides_on_the_page(
    page: Any, staff: Any, back: Callable[..., CustomerReturn], sold: Any, organization: Any
) -> None:
    cup, lid = sold("1"), sold("2")
    seconds = Warehouse.objects.create(organization=organization, name="Seconds", code="s")
    many, single = back(3), back(1, offer="2")
    client = page(staff)
    pk = many.lines.get().pk
    body = {f"sellable-{pk}": "1", f"damaged-{pk}": "1", f"seen-{pk}": "0", "note": "scratched"}
    answer = client.post(f"/returns/{many.pk}/", body | {"warehouse": seconds.pk}, follow=True)
    text = answer.content.decode()
    assert "Your decisions are kept." in text
    assert "scratched" in text
    assert StockLevel.objects.get(product=cup, warehouse=seconds).on_hand == 1
    one = single.lines.get()
    client.post(f"/returns/{single.pk}/", {f"choice-{one.pk}": "sellable", f"seen-{one.pk}": "0"})
    assert StockLevel.objects.get(product=lid).on_hand == 10
    again = client.post(
        f"/returns/{single.pk}/", {f"choice-{one.pk}": "damaged", f"seen-{one.pk}": "0"}
    )
    assert again.status_code == 422
    assert "Somebody decided about" in again.content.decode()
    assert StockLevel.objects.get(product=lid).on_hand == 10


@pytest.mark.parametrize("typed", ["x", "-1", "4", "99999999999"])
def test_what_cannot_be_is_refused_and_stays_typed(
    page: Any, staff: Any, back: Callable[..., CustomerReturn], typed: str
) -> None:
    row = back(3)
    pk = row.lines.get().pk
    answer = page(staff).post(f"/returns/{row.pk}/", {f"sellable-{pk}": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert ReturnLine.objects.get().decisions_made == 0


def test_a_rejection_is_confirmed_on_a_page_of_its_own(
    page: Any, staff: Any, back: Callable[..., CustomerReturn]
) -> None:
    row = back()
    client = page(staff)
    assert "Refuse to give the buyer" in client.get(f"/returns/{row.pk}/reject/").content.decode()
    assert not OrderWrite.objects.exists()
    lacking = client.post(f"/returns/{row.pk}/reject/", {"code": "REFUND_REJECTED", "reason": ""})
    assert lacking.status_code == 422
    assert not OrderWrite.objects.exists()
    client.post(f"/returns/{row.pk}/reject/", {"code": "REFUND_REJECTED", "reason": "Used"})
    write = OrderWrite.objects.get()
    assert (write.kind, write.key) == (WriteKind.RETURN_REJECTION, row.return_id)
    assert write.requested == {"code": "REFUND_REJECTED", "reason": "Used"}
    assert "on its way to Allegro" in client.get(f"/returns/{row.pk}/").content.decode()


def test_a_stopped_order_says_so_and_is_let_go_for_a_reason(
    page: Any, staff: Any, viewer: Any, record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1")])
    order = record(sold).order
    row = record_return(customer_return(sold)).customer_return
    client = page(staff)
    text = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Do not ship this order" in text
    assert f"/orders/{order.pk}/lift-stop/" in text
    assert f"/returns/{row.pk}/" in text
    assert "Do not ship" in client.get("/orders/").content.decode()
    seen = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    assert "Do not ship this order" in seen
    assert "lift-stop" not in seen
    assert client.post(f"/orders/{order.pk}/lift-stop/", {"reason": ""}).status_code == 422
    assert Order.objects.get().stop_reason
    client.post(f"/orders/{order.pk}/lift-stop/", {"reason": "Buyer asked"})
    text = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Do not ship this order" not in text
    assert "Buyer asked" in text


def test_home_says_what_waits(page: Any, viewer: Any, back: Callable[..., CustomerReturn]) -> None:
    assert "for your decision" not in page(viewer).get("/home/").content.decode()
    back()
    assert "1 return waits for your decision" in page(viewer).get("/home/").content.decode()


def test_outsiders_find_nothing(page: Any, api: Any, staff: Any, foreign: CustomerReturn) -> None:
    client = page(staff)
    assert client.get(f"/returns/{foreign.pk}/").status_code == 404
    assert client.post(f"/returns/{foreign.pk}/", {}).status_code == 404
    assert client.post(f"/returns/{foreign.pk}/reject/", {}).status_code == 404
    for number in (foreign.pk, foreign.return_id):
        assert api(staff).get(f"/api/v1/returns/{number}").status_code == 404
        for act in ("decisions", "reject"):
            answer = api(staff).post(f"/api/v1/returns/{number}/{act}", {}, format="json")
            assert answer.status_code == 404
    assert api(staff).get("/api/v1/returns").json()["items"] == []


def test_the_api_decides_and_rejects(
    api: Any, staff: Any, viewer: Any, back: Callable[..., CustomerReturn], sold: Any
) -> None:
    cup = sold("1")
    row = back(3)
    url = f"/api/v1/returns/{row.return_id}"
    got = api(viewer).get(url).json()
    assert (got["stage"], got["lines"][0]["undecided"]) == ("TO_DECIDE", 3)
    assert got["lines"][0]["lineItemId"] == row.lines.get().order_line.line_item_id
    decision = {"lineId": got["lines"][0]["id"], "sellable": 2, "damaged": 1}
    body = {"decisions": [decision]}
    assert api(viewer).post(f"{url}/decisions", body, format="json").status_code == 403
    for _again in range(2):
        answer = api(staff).post(f"{url}/decisions", body, format="json")
        assert (answer.status_code, answer.json()["stage"]) == (200, "DECIDED")
    assert StockLevel.objects.get(product=cup).on_hand == 9
    late = {"decisions": [decision | {"sellable": 0, "expectedDecisions": 0}]}
    assert api(staff).post(f"{url}/decisions", late, format="json").status_code == 409
    none_such = body | {"warehouseCode": "nowhere"}
    assert api(staff).post(f"{url}/decisions", none_such, format="json").status_code == 404
    assert api(staff).post(f"{url}/decisions", {"decisions": []}, format="json").status_code == 400
    wrong = api(staff).post(f"{url}/reject", {"code": "REFUND_REJECTED"}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rejection_unusable")
    sent = api(staff).post(f"{url}/reject", {"code": "ITEM_FIXED"}, format="json")
    assert (sent.status_code, sent.json()["state"]) == (202, "PENDING")
    assert OrderWrite.objects.get().requested["code"] == "ITEM_FIXED"


@pytest.mark.parametrize("path", ["/returns/", "/api/v1/returns"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    page: Any, api: Any, viewer: Any, back: Callable[..., CustomerReturn], path: str
) -> None:
    client = api(viewer) if path.startswith("/api") else page(viewer)
    counts = []
    for number in range(3):
        back(number + 1)
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_takes_the_same_queries_for_one_line_and_three(
    page: Any, staff: Any, record: Record, record_return: RecordReturn, sold: Any
) -> None:
    counts = []
    for offers in ("1", "234"):
        for offer in offers:
            sold(offer)
        whole = form([line(offer, quantity=2) for offer in offers], fulfilment="SENT")
        order = record(whole).order
        told = customer_return(whole, [item(offer, 2) for offer in offers], status="DELIVERED")
        row = record_return(told).customer_return
        for path in (f"/returns/{row.pk}/", f"/orders/{order.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert page(staff).get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
