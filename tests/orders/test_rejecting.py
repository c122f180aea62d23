"""Returns on the running sandbox: opened there, read here, refused there once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from orders.enums import ReturnStage, StopReason, WriteOutcome
from orders.models import CustomerReturn, Order, OrderWrite
from orders.operations import refresh_return, request_rejection
from orders.problems import RejectionUnusable, ReturnOver
from settings_app.connection import allegro_client
from tests.orders.allegro_orders import Shop, done, work, work_later

pytestmark = pytest.mark.django_db(transaction=True)
POST = "POST /order/customer-returns/{customerReturnId}/rejection"


def send_back(shop: Shop, order: Order, status: str = "DELIVERED", **body: Any) -> CustomerReturn:
    """The buyer sends lines of the order back; the return is read here."""
    path = f"/orders/{order.checkout_form_id}/return"
    opened = shop.sandbox.control("POST", path, body)
    return move(shop, opened["id"], status)


def move(shop: Shop, return_id: str, status: str) -> CustomerReturn:
    shop.sandbox.control("POST", f"/returns/{return_id}", {"seller": shop.login, "status": status})
    return read(shop, return_id)


def read(shop: Shop, return_id: str) -> CustomerReturn:
    with allegro_client(integration=shop.integration) as client:
        return refresh_return(
            integration=shop.integration, return_id=return_id, client=client, now=timezone.now()
        )


def reject(row: CustomerReturn, code: str = "NO_RETURN_RIGHT", reason: str = "") -> OrderWrite:
    return request_rejection(
        customer_return=row, code=code, reason=reason, actor=None, now=timezone.now()
    )


def truth(shop: Shop, row: CustomerReturn) -> dict[str, Any]:
    with allegro_client(integration=shop.integration) as client:
        return dict(client.returns.get(row.return_id))


def test_a_return_opened_at_allegro_is_matched_and_stops_the_order(shop: Shop) -> None:
    order = shop.buy(2, 1)
    line = order.lines.order_by("position").first()
    assert line is not None
    row = send_back(
        shop, order, "CREATED", lines=[{"lineItemId": line.line_item_id, "quantity": 1}]
    )
    assert (row.order, row.stage) == (order, ReturnStage.ON_THE_WAY)
    one = row.lines.get()
    assert (one.order_line, one.quantity, one.reason) == (line, 1, "NOT_AS_EXPECTED")
    order.refresh_from_db()
    assert order.stop_reason == StopReason.RETURN_OPENED
    moved = move(shop, row.return_id, "DELIVERED")
    order.refresh_from_db()
    assert (order.stop_reason, moved.stage) == ("", ReturnStage.TO_DECIDE)


def test_a_rejection_is_sent_once_and_read_back(shop: Shop) -> None:
    row = send_back(shop, shop.buy(1))
    write = reject(row, "REFUND_REJECTED", "Used up")
    assert reject(row, "REFUND_REJECTED", "Used up") == write
    work()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert truth(shop, row)["rejection"]["code"] == "REFUND_REJECTED"
    row.refresh_from_db()
    assert (row.status, row.stage, row.rejection_reason) == (
        "REJECTED", ReturnStage.REJECTED, "Used up",
    )  # fmt: skip
    assert row.rejected_at is not None
    with pytest.raises(ReturnOver):
        reject(row)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "afterEffect": True},
        {"status": 504, "afterEffect": True},
        {"kind": "drop"},
        {"status": 503},
    ],
)
def test_a_lost_answer_rejects_nothing_twice(shop: Shop, fault: dict[str, Any]) -> None:
    row = send_back(shop, shop.buy(1))
    write = reject(row)
    shop.fault(POST, **fault)
    work()
    assert done(write).state == WorkState.PENDING
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert truth(shop, row)["rejection"]["code"] == "NO_RETURN_RIGHT"
    expected = 1 if fault.get("afterEffect") else 2
    assert shop.calls(POST) == expected


def test_what_was_rejected_at_allegro_meanwhile_is_so_already(shop: Shop) -> None:
    row = send_back(shop, shop.buy(1))
    write = reject(row)
    with allegro_client(integration=shop.integration) as client:
        client.returns.reject(row.return_id, code="ITEM_MISMATCH")
    work()
    assert done(write).outcome == WriteOutcome.ALREADY
    row.refresh_from_db()
    assert row.rejection_code == "ITEM_MISMATCH"
    assert shop.calls(POST) == 1


def test_what_was_refunded_meanwhile_needs_a_person(shop: Shop) -> None:
    row = send_back(shop, shop.buy(1))
    write = reject(row)
    shop.sandbox.control(
        "POST", f"/returns/{row.return_id}", {"seller": shop.login, "status": "FINISHED"}
    )
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "return_over")
    assert shop.calls(POST) == 0


@pytest.mark.parametrize(
    ("code", "reason"),
    [("REFUND_REJECTED", ""), ("REFUND_REJECTED", "  "), ("ODD", "x"), ("ITEM_FIXED", "x" * 251)],
)
def test_a_rejection_without_its_words_is_refused(shop: Shop, code: str, reason: str) -> None:
    row = send_back(shop, shop.buy(1))
    with pytest.raises(RejectionUnusable):
        reject(row, code, reason)
    assert not OrderWrite.objects.exists()
