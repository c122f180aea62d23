"""Pages that change an order at Allegro: seen first, then done, on the running sandbox."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.enums import WorkState
from orders.models import Cancellation, CommissionClaim, Order, OrderWrite, Shipment
from orders.operations import request_claim, request_fulfilment, retry_writes
from tests.orders.allegro_orders import Shop, done, work, work_later
from tests.orders.checkout_forms import form

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    assert found, name
    return found[1]


def test_a_packer_adds_a_number_and_the_order_is_sent(page: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    packer = page(staff)
    text = text_of(packer.get(f"/orders/{order.pk}/tracking/"))
    assert "InPost" in text  # Allegro's carriers, read when none were kept
    values = {
        "carrier_id": "INPOST", "waybill": "520000000001", "mark_as_sent": "on",
        "revision": hidden(text, "revision"),
    }  # fmt: skip
    answer = packer.post(f"/orders/{order.pk}/tracking/", values)
    assert answer.status_code == 302
    panel = text_of(packer.get(f"/orders/{order.pk}/changes/"))
    assert "520000000001" in panel
    assert "hx-get" in panel
    assert "Waits for: Tracking number" in panel
    work()
    panel = text_of(packer.get(f"/orders/{order.pk}/changes/"))
    assert "hx-get" not in panel
    text = text_of(packer.get(f"/orders/{order.pk}/"))
    assert text.count("520000000001") >= 2  # among the numbers and in the story
    assert "Added here" in text
    assert "Done at Allegro" in text
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    refused = packer.post(
        f"/orders/{order.pk}/tracking/", values | {"waybill": "", "carrier_id": ""}
    )
    assert refused.status_code == 422
    assert Shipment.objects.count() == 1


def test_what_the_buyer_changed_is_shown_and_decided(page: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1)
    packer = page(staff)
    old = order.delivery_address["street"]
    packer.post(f"/orders/{order.pk}/status/", {"status": "SENT", "revision": order.revision})
    shop.act(order, "address", street="Nowa 5")
    work()
    text = text_of(packer.get(f"/orders/{order.pk}/"))
    for expected in ("The buyer has changed the order", "Nowa 5", old, "I have seen it: write it"):
        assert expected in text, expected
    home = text_of(packer.get(reverse("home")))
    assert "Changes of orders that are not done at Allegro: 1" in home
    listed = text_of(packer.get("/orders/changes/"))
    assert "decide again" in listed
    write = OrderWrite.objects.get()
    order.refresh_from_db()
    packer.post(f"/orders/changes/{write.pk}/retry/", {"revision": order.revision})
    work()
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    assert "Nothing waits for you" in text_of(packer.get("/orders/changes/"))
    assert "Done at Allegro" in text_of(packer.get("/orders/changes/?show=all"))


def test_an_order_that_was_cancelled_is_sent_only_on_purpose(
    page: Any, staff: Any, shop: Shop
) -> None:
    order = shop.buy(1)
    packer = page(staff)
    packer.post(f"/orders/{order.pk}/status/", {"status": "SENT"})
    shop.act(order, "cancel")
    work()
    text = text_of(packer.get(f"/orders/{order.pk}/"))
    assert "It has left: write it anyway" in text
    order.refresh_from_db()
    write = OrderWrite.objects.get()
    packer.post(f"/orders/changes/{write.pk}/retry/", {"force": "1", "revision": order.revision})
    work()
    assert done(write).despite_stop is True
    assert shop.form(order)["fulfillment"]["status"] == "SENT"


def test_a_refund_is_seen_before_it_is_ordered(page: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(2, smart=False)
    line = order.lines.get()
    seller = page(staff)
    address = f"/orders/{order.pk}/refund/"
    assert f'value="{line.quantity}"' in text_of(seller.get(address))
    values = {"reason": "COMPLAINT", f"q{line.pk}": "1", "comment": "Przepraszamy"}
    preview = text_of(seller.post(address, values))
    assert "Pay this back?" in preview
    assert f'value="{line.price}"' in preview
    assert not OrderWrite.objects.exists()
    assert text_of(seller.post(address, values | {"step": "edit"})).count("Przepraszamy") == 1
    confirmed = values | {"step": "confirm", "token": hidden(preview, "token")}
    for _click in range(2):
        assert seller.post(address, confirmed).status_code == 302
    work()
    work_later()
    seller.post(address, confirmed)  # the page is sent once more, long after
    work_later()
    [refund] = shop.truth()["refunds"]
    assert Decimal(refund["totalValue"]["amount"]) == line.price
    text = text_of(seller.get(f"/orders/{order.pk}/"))
    assert "Paid back" in text
    assert "Complaint" in text
    too_much = seller.post(address, values | {f"q{line.pk}": "9"})
    assert too_much.status_code == 422
    both = seller.post(address, values | {f"a{line.pk}": "1.00"})
    assert both.status_code == 422


def test_cannot_fulfil_is_one_page_from_plan_to_end(page: Any, staff: Any, shop: Shop) -> None:
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "0.01"})
    order = shop.buy(1)
    line = order.lines.get()
    seller = page(staff)
    address = f"/orders/{order.pk}/cancel/"
    assert "It takes three steps" in text_of(seller.get(address))
    values = {f"q{line.pk}": "1", "comment": ""}
    plan = text_of(seller.post(address, values))
    for expected in ("Give up the whole order?", f'value="{order.paid_amount}"', "commission"):
        assert expected in plan, expected
    assert not Cancellation.objects.exists()
    confirmed = values | {"step": "confirm", "token": hidden(plan, "token")}
    assert seller.post(address, confirmed).status_code == 302
    assert seller.post(address, confirmed).status_code == 302
    work()
    work_later()
    text = text_of(seller.get(address))
    for expected in ("Money back", "Order cancelled", "cancelled the refund", "Waits for: Refund"):
        assert expected in text, expected
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "9000.00"})
    refund = OrderWrite.objects.get(kind="REFUND")
    seller.post(f"/orders/changes/{refund.pk}/retry/")
    for _round in range(3):
        work_later()
    assert shop.form(order)["fulfillment"]["status"] == "CANCELLED"
    assert "Every step is done." in text_of(seller.get(address))
    assert "You cannot send this?" in text_of(seller.get(f"{address}?again=1"))
    assert Cancellation.objects.count() == 1


def test_commission_says_why_not_yet_and_keeps_the_wish(page: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(2)
    line = order.lines.get()
    seller = page(staff)
    address = f"/orders/{order.pk}/commission/"
    text = text_of(seller.get(address))
    assert "It is too early" in text
    values = {"line_item_id": line.line_item_id, "quantity": "2"}
    seller.post(f"{address}claim/", values)
    assert not OrderWrite.objects.exists()  # too early and not to be kept
    seller.post(f"{address}claim/", values | {"when_possible": "1"})
    assert OrderWrite.objects.get().requested["quantity"] == 2
    assert "Commission of 2 pieces" in text_of(seller.get(address))
    shop.act(order, "cancel")
    order = shop.read(order.checkout_form_id)
    seller.post(f"/orders/{order.pk}/ask/")
    work_later()
    assert shop.truth()["refundClaims"] == []  # cancelled, but the money is not back


def test_a_claim_is_withdrawn_after_a_question(page: Any, staff: Any, shop: Shop) -> None:
    order = shop.buy(1, cashOnDelivery=True)
    shop.act(order, "cancel")
    order = shop.read(order.checkout_form_id)
    request_claim(order=order, line=order.lines.get(), quantity=1, actor=staff, now=timezone.now())
    work()
    claim = CommissionClaim.objects.get()
    address = f"/orders/{order.pk}/commission/{claim.remote_id}/withdraw/"
    assert "cannot be brought back" in text_of(page(staff).get(address))
    page(staff).post(address)
    work()
    assert shop.truth()["refundClaims"][0]["status"] == "CANCELLED"


def test_allegro_is_asked_at_once_and_its_absence_is_told(
    page: Any, staff: Any, shop: Shop
) -> None:
    order = shop.buy(1)
    shop.act(order, "fulfillment", status="SENT")
    page(staff).post(f"/orders/{order.pk}/ask/")
    order.refresh_from_db()
    assert order.display_status == "SENT"
    shop.fault("GET /order/checkout-forms/{id}", status=503, count=5)
    answer = page(staff).post(f"/orders/{order.pk}/ask/", follow=True)
    assert "Try again in a few minutes" in text_of(answer)


def test_a_write_is_let_go_after_a_question(page: Any, staff: Any, record: Any) -> None:
    order = record(form()).order
    write = request_fulfilment(order=order, status="SENT", actor=staff, now=timezone.now())
    address = f"/orders/changes/{write.pk}/let-go/"
    assert "Nothing more is tried" in text_of(page(staff).get(address))
    assert done(write).state == WorkState.PENDING
    page(staff).post(address)
    assert (done(write).state, write.outcome) == (WorkState.DONE, "LET_GO")


def test_a_write_whose_workers_were_lost_says_so(page: Any, staff: Any, record: Any) -> None:
    order = record(form()).order
    write = request_fulfilment(order=order, status="SENT", actor=staff, now=timezone.now())
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    OrderWrite.objects.filter(pk=write.pk).update(
        state=WorkState.RUNNING, attempts=6, claimed_until=long_ago
    )
    work()
    assert (done(write).state, write.problem) == (WorkState.DEAD, "")
    text = text_of(page(staff).get("/orders/changes/"))
    assert "Something unforeseen went wrong" in text
    assert "Six workers" in text


def test_what_a_page_never_sends_is_no_error_page(page: Any, staff: Any, record: Any) -> None:
    first, other = record(form(form_id="a")).order, record(form(form_id="b")).order
    packer = page(staff)
    odd = "\0" + "r" * 200
    assert packer.post(f"/orders/{first.pk}/status/", {"status": "SENT", "revision": odd})
    lines = [str(line.pk) for line in other.lines.all()]
    packer.post(f"/orders/{other.pk}/pack/", {"status": "SENT", "revision": odd, "line": lines})
    assert set(OrderWrite.objects.values_list("seen_revision", flat=True)) == {"r" * 64}


def test_the_token_of_one_order_is_none_of_another(page: Any, staff: Any, record: Any) -> None:
    token = str(uuid4())
    for order in (record(form(form_id="a")).order, record(form(form_id="b")).order):
        line = order.lines.order_by("position")[0]
        wish = {"reason": "REFUND", "token": token, "step": "confirm", f"q{line.pk}": "1"}
        for _twice in range(2):
            page(staff).post(f"/orders/{order.pk}/refund/", wish)
        assert OrderWrite.objects.filter(order=order).count() == 1


POSTS = [
    "{order}/status/", "{order}/ask/", "{order}/tracking/", "{order}/refund/", "{order}/cancel/",
    "{order}/commission/claim/", "changes/{write}/retry/", "changes/{write}/let-go/",
]  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_viewers_change_nothing_and_see_no_buttons(
    page: Any, viewer: Any, record: Any, path: str
) -> None:
    order = record(form()).order
    write = request_fulfilment(order=order, status="SENT", actor=None, now=timezone.now())
    OrderWrite.objects.update(state=WorkState.DEAD, problem="gave_up")
    address = "/orders/" + path.format(order=order.pk, write=write.pk)
    values = {"status": "SENT", "step": "confirm", "token": str(uuid4())}
    assert page(viewer).post(address, values).status_code == 403
    assert done(write).state == WorkState.DEAD
    assert OrderWrite.objects.count() == 1
    for shown in (f"/orders/{order.pk}/", "/orders/changes/", f"/orders/{order.pk}/commission/"):
        text = text_of(page(viewer).get(shown))
        main = text[text.index("<main") :]
        assert "<form" not in main.partition("</main>")[0].replace('role="search"', ""), shown
    assert "Allegro did not answer in six tries" in text_of(page(viewer).get("/orders/changes/"))


@pytest.mark.parametrize("path", ["/orders/changes/?show=all", "detail"])
def test_pages_take_the_same_queries_for_one_write_and_three(
    page: Any, viewer: Any, record: Any, path: str
) -> None:
    client, counts = page(viewer), []
    for number in (1, 3):
        order: Order = record(form()).order
        for each in range(number):
            write = request_fulfilment(
                order=order, status="NEW", actor=None, now=timezone.now(), lines_sent="NONE"
            )
            OrderWrite.objects.filter(pk=write.pk).update(
                state=WorkState.DEAD, problem="gave_up", key=f"k{each}"
            )
        address = f"/orders/{order.pk}/" if path == "detail" else path
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_operators_try_writes_again(operator: Any, client: Any, shop: Shop) -> None:
    order = shop.buy(1)
    write = request_fulfilment(order=order, status="SENT", actor=None, now=timezone.now())
    OrderWrite.objects.update(state=WorkState.DEAD, problem="gave_up", attempts=6)
    client.force_login(operator)
    answer = client.post(
        "/admin/orders/orderwrite/", {"action": "retry", "_selected_action": [write.pk]}
    )
    assert answer.status_code == 302
    assert (done(write).state, write.attempts) == (WorkState.PENDING, 0)
    work()
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    everything = OrderWrite.objects.all()
    assert retry_writes(writes=everything, actor=operator, now=timezone.now()) == 0
