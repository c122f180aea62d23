""" "Cannot fulfil", from the plan to what the running sandbox has in the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from core.enums import WorkState
from inventory.models import StockLevel
from orders.enums import WriteKind, WriteOutcome
from orders.models import Cancellation, Order, OrderWrite
from orders.operations import let_go, request_cancellation, retry_write
from orders.problems import CancelUnusable, NothingToCancel
from orders.queries import packing_sheets
from orders.queries.cancellations import plan_cancellation
from tests.orders.allegro_orders import Shop, work, work_later
from tests.orders.conftest import linked_product

pytestmark = pytest.mark.django_db(transaction=True)


def cancel(order: Order, **more: Any) -> Cancellation:
    values = {"token": uuid4(), "actor": None, "now": timezone.now()} | more
    return request_cancellation(order=order, **values)


def steps(cancellation: Cancellation) -> list[tuple[str, str, str]]:
    rows = OrderWrite.objects.filter(cancellation=cancellation).order_by("pk")
    return [(one.kind, one.state, one.outcome or one.problem) for one in rows]


def finish(rounds: int = 3) -> None:
    work()
    for _round in range(rounds):
        work_later()


def test_the_whole_order_is_refunded_cancelled_and_claimed(shop: Shop, owner: Any) -> None:
    product = linked_product(shop.integration, shop.offers[0], on_hand=10)
    order = shop.buy(2, 1)
    plan = plan_cancellation(order=order, quantities=None, now=timezone.now())
    assert (plan.refund_total, plan.sets_status, len(plan.claims)) == (order.paid_amount, True, 2)
    made = cancel(order, actor=owner, comment="Brak towaru")
    work()
    kinds = [one[0] for one in steps(made)]
    assert kinds == ["REFUND", "FULFILMENT", "COMMISSION_CLAIM", "COMMISSION_CLAIM"]
    assert shop.form(order)["fulfillment"]["status"] == "NEW"  # not before the money is back
    finish()
    assert {one[1] for one in steps(made)} == {WorkState.DONE}
    truth = shop.truth()
    [refund] = truth["refunds"]
    assert (refund["reason"], refund["status"]) == ("PRODUCT_NOT_AVAILABLE", "SUCCESS")
    assert Decimal(refund["totalValue"]["amount"]) == order.paid_amount
    assert shop.form(order)["fulfillment"]["status"] == "CANCELLED"
    assert sorted(one["quantity"] for one in truth["refundClaims"]) == [1, 2]
    level = StockLevel.objects.get(product=product)
    assert (level.on_hand, level.reserved) == (10, 0)
    order.refresh_from_db()
    with pytest.raises(NothingToCancel):
        cancel(order)


def test_some_pieces_are_refunded_and_claimed_and_the_rest_goes_out(shop: Shop) -> None:
    product = linked_product(shop.integration, shop.offers[0], on_hand=10)
    order = shop.buy(3, 1)
    line = order.lines.order_by("position")[0]
    made = cancel(order, quantities={line.line_item_id: 2})
    finish()
    level = StockLevel.objects.get(product=product)
    assert (level.on_hand, level.reserved) == (10, 3)  # missing pieces are not offered again
    assert [one["pieces"] for one in packing_sheets(orders=[order])[0]["lines"]] == [1, 1]
    assert steps(made) == [
        ("REFUND", "DONE", WriteOutcome.WRITTEN),
        ("COMMISSION_CLAIM", "DONE", WriteOutcome.WRITTEN),
    ]
    truth = shop.truth()
    assert Decimal(truth["refunds"][0]["totalValue"]["amount"]) == 2 * line.price
    assert [one["quantity"] for one in truth["refundClaims"]] == [2]
    assert shop.form(order)["fulfillment"]["status"] == "NEW"
    shop.act(order, "fulfillment", status="SENT")
    shop.read(order.checkout_form_id)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (7, 0)  # and are off the books with the rest


def test_a_step_that_fails_stops_the_rest_until_a_person_decides(shop: Shop, owner: Any) -> None:
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "0.01"})
    order = shop.buy(1)
    made = cancel(order)
    finish()
    assert steps(made) == [
        ("REFUND", "WAITING_FOR_PERSON", "refund_not_paid"),
        ("FULFILMENT", "PENDING", ""),
        ("COMMISSION_CLAIM", "PENDING", ""),
    ]
    assert shop.form(order)["fulfillment"]["status"] == "NEW"
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "5000.00"})
    refund = OrderWrite.objects.get(cancellation=made, kind=WriteKind.REFUND)
    retry_write(write=refund, actor=owner, now=timezone.now())
    finish()
    assert {one[1] for one in steps(made)} == {WorkState.DONE}
    assert shop.form(order)["fulfillment"]["status"] == "CANCELLED"


def test_a_step_let_go_lets_the_rest_go_on(shop: Shop, owner: Any) -> None:
    """The money went back another way: the status follows, the claim waits for a proof of it."""
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "0.01"})
    order = shop.buy(1)
    made = cancel(order)
    finish()
    refund = OrderWrite.objects.get(cancellation=made, kind=WriteKind.REFUND)
    let_go(write=refund, actor=owner, now=timezone.now())
    finish()
    assert shop.form(order)["fulfillment"]["status"] == "CANCELLED"
    assert steps(made)[1:] == [
        ("FULFILMENT", "DONE", WriteOutcome.WRITTEN),
        ("COMMISSION_CLAIM", "PENDING", "claim_too_early"),
    ]
    assert shop.truth()["refundClaims"] == []


def test_cash_on_delivery_needs_no_refund(shop: Shop) -> None:
    order = shop.buy(1, cashOnDelivery=True)
    plan = plan_cancellation(order=order, quantities=None, now=timezone.now())
    assert (plan.refund, plan.sets_status) == (None, True)
    made = cancel(order)
    finish()
    assert [one[:2] for one in steps(made)] == [
        ("FULFILMENT", "DONE"),
        ("COMMISSION_CLAIM", "DONE"),
    ]
    assert len(shop.truth()["refundClaims"]) == 1


def test_a_form_sent_twice_is_one_cancellation(shop: Shop) -> None:
    order, token = shop.buy(1), uuid4()
    assert cancel(order, token=token) == cancel(order, token=token)
    finish()
    assert cancel(order, token=token).pk
    assert len(shop.truth()["refunds"]) == 1
    assert Cancellation.objects.count() == 1


def test_a_refused_step_writes_nothing_at_all(shop: Shop) -> None:
    order = shop.buy(2)
    line = order.lines.get()
    for wrong in ({}, {line.line_item_id: 3}, {line.line_item_id: -1}, {"another": 1}):
        with pytest.raises(CancelUnusable):
            cancel(order, quantities=wrong)
    assert not Cancellation.objects.exists()
    assert not OrderWrite.objects.exists()


def test_steps_are_shown_before_they_are_made(shop: Shop) -> None:
    order = shop.buy(2)
    plan = plan_cancellation(order=order, quantities=None, now=timezone.now())
    assert plan.refund_preview is not None
    assert plan.refund_preview.left == 0
    assert not OrderWrite.objects.exists()
    assert shop.truth()["refunds"] == []
