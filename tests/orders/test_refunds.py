"""Refunds on the running sandbox: paid once, never more than was paid, an answer is no payment."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from core.enums import WorkState
from notifications.models import Notification
from orders.enums import WriteOutcome
from orders.models import Order, OrderWrite, Refund
from orders.money_back import LineBack, RefundWish, all_that_is_left, preview_refund
from orders.operations import let_go, request_refund, retry_write
from orders.problems import (
    NothingPaid,
    NothingToRetry,
    RefundEmpty,
    RefundNotPaid,
    RefundTooHigh,
    RefundUnusable,
    WriteUndecided,
)
from tests.orders.allegro_orders import Shop, done, work, work_later

pytestmark = pytest.mark.django_db(transaction=True)
POST = "POST /payments/refunds"


def ask(order: Order, wish: RefundWish | None = None, **more: Any) -> OrderWrite:
    wish = wish or one_piece(order)
    return request_refund(order=order, wish=wish, actor=None, now=timezone.now(), **more)


def one_piece(order: Order) -> RefundWish:
    return RefundWish("REFUND", (LineBack(first(order).line_item_id, quantity=1),))


def first(order: Order) -> Any:
    return order.lines.order_by("position")[0]


def paid_back(shop: Shop) -> Decimal:
    """What really left the seller's balance."""
    return Decimal("10000.00") - Decimal(balance(shop))


def balance(shop: Shop) -> str:
    listed = shop.sandbox.control("GET", "/sellers")["sellers"]
    return str(next(one["balance"] for one in listed if one["login"] == shop.login))


@pytest.fixture(autouse=True)
def rich(shop: Shop) -> None:
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "10000.00"})


def test_pieces_amounts_delivery_and_surcharges_go_back(shop: Shop, owner: Any) -> None:
    order = shop.buy(3, 1)
    shop.act(order, "surcharge", amount="5.00")
    order = shop.read(order.checkout_form_id)
    one, two = order.lines.order_by("position")
    surcharge = shop.form(order)["surcharges"][0]["id"]
    wish = RefundWish(
        "COMPLAINT",
        (
            LineBack(one.line_item_id, quantity=2),
            LineBack(two.line_item_id, amount=Decimal("0.50")),
        ),
        delivery=order.delivery_cost or Decimal(0),
        surcharges={surcharge: Decimal("5.00")},
        comment="Przepraszamy",
    )
    expected = 2 * one.price + Decimal("5.50") + (order.delivery_cost or 0)
    preview = preview_refund(order=order, wish=wish)
    assert (preview.total, preview.refunded) == (expected, Decimal(0))
    write = ask(order, wish)
    assert write.command_id is not None
    work()
    assert done(write).state == WorkState.PENDING  # an answer is no payment
    assert write.remote_id
    work_later()
    assert (done(write).state, write.outcome) == (WorkState.DONE, WriteOutcome.WRITTEN)
    assert paid_back(shop) == expected
    kept = Refund.objects.get(order=order)
    assert (kept.status, kept.total, kept.write) == ("SUCCESS", expected, write)
    assert kept.delivery == order.delivery_cost
    told = shop.truth()["refunds"][0]
    assert (told["reason"], told["sellerComment"]) == ("COMPLAINT", "Przepraszamy")


def test_never_more_than_was_paid_and_not_given_back(shop: Shop) -> None:
    order = shop.buy(2)
    whole = all_that_is_left(order=order, reason="REFUND")
    assert preview_refund(order=order, wish=whole).left == 0
    ask(order)
    work()
    work_later()
    with pytest.raises(RefundTooHigh):
        ask(order, whole)
    rest = all_that_is_left(order=order, reason="REFUND")
    assert preview_refund(order=order, wish=rest).left == 0
    ask(order, rest)
    work()
    work_later()
    assert paid_back(shop) == order.paid_amount
    with pytest.raises(RefundTooHigh):
        ask(order, one_piece(order))
    assert len(shop.truth()["refunds"]) == 2


def test_refunds_ordered_elsewhere_count(shop: Shop, owner: Any) -> None:
    """What is not known here yet is read before the first call."""
    order = shop.buy(1)
    write = ask(order, all_that_is_left(order=order, reason="REFUND"))
    elsewhere(shop, order)
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "refund_too_high")
    assert len(shop.truth()["refunds"]) == 1
    assert Refund.objects.get(order=order).write is None
    let_go(write=write, actor=owner, now=timezone.now())
    assert done(write).outcome == WriteOutcome.LET_GO


def elsewhere(shop: Shop, order: Order) -> None:
    from settings_app.connection import allegro_client

    with allegro_client(integration=shop.integration) as client:
        client.payments.refund(
            uuid4(),
            payment_id=order.payment_id,
            order_id=order.checkout_form_id,
            reason="REFUND",
            details={
                "lineItems": [
                    {"id": first(order).line_item_id, "type": "QUANTITY", "quantity": 1},
                ]
            },
        )


def test_a_short_balance_is_told_and_tried_again_by_a_person_alone(shop: Shop, owner: Any) -> None:
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "0.01"})
    User.objects.filter(pk=owner.pk).update(language="pl")
    order = shop.buy(1)
    write = ask(order)
    command = write.command_id
    work()
    work_later()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "refund_not_paid")
    assert write.remote_status == "CANCELED"
    notice = Notification.objects.get(user=owner, dedupe_key=f"order-write:{write.pk}")
    assert (notice.event, notice.severity) == ("refund.failed", "danger")
    with override("pl"):
        assert notice.body == f"{RefundNotPaid.title}. {RefundNotPaid.way_out}"
    work_later()
    assert len(shop.truth()["refunds"]) == 1  # nothing is tried by itself
    with pytest.raises(WriteUndecided):
        ask(order)
    shop.sandbox.control("PATCH", f"/sellers/{shop.login}", {"balance": "500.00"})
    retry_write(write=write, actor=owner, now=timezone.now())
    assert done(write).command_id != command
    work()
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert Decimal("500.00") - Decimal(balance(shop)) == first(order).price
    assert sorted(Refund.objects.filter(order=order).values_list("status", flat=True)) == [
        "CANCELED", "SUCCESS",
    ]  # fmt: skip
    with pytest.raises(NothingToRetry):
        retry_write(write=done(write), actor=owner, now=timezone.now())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "afterEffect": True, "count": 3},
        {"status": 504, "afterEffect": True, "count": 3},
        {"kind": "garbage", "count": 3},
        {"status": 503, "count": 3},
        {"status": 429, "retryAfter": 60},
    ],
)
def test_trouble_on_the_way_pays_once(shop: Shop, fault: dict[str, Any]) -> None:
    order = shop.buy(1)
    write = ask(order, all_that_is_left(order=order, reason="REFUND"))
    shop.fault(POST, **fault)
    work()
    assert (done(write).state, write.remote_id) == (WorkState.PENDING, "")
    work_later()
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert len(shop.truth()["refunds"]) == 1
    assert paid_back(shop) == order.paid_amount


def test_a_worker_killed_after_the_call_pays_once(shop: Shop) -> None:
    order = shop.buy(1)
    write = ask(order, all_that_is_left(order=order, reason="REFUND"))
    work()
    long_ago = timezone.now() - timezone.timedelta(minutes=10)
    OrderWrite.objects.filter(pk=write.pk).update(
        state=WorkState.RUNNING, claimed_until=long_ago, remote_id="", remote_status=""
    )
    work()
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert paid_back(shop) == order.paid_amount


def test_a_refund_lost_sight_of_keeps_its_command_when_tried_again(shop: Shop, owner: Any) -> None:
    order = shop.buy(3)
    write = ask(order)  # one of three pieces: a second one would fit into what was paid
    command = write.command_id
    work()
    assert done(write).remote_id
    OrderWrite.objects.filter(pk=write.pk).update(attempts=5, next_attempt_at=timezone.now())
    shop.fault("GET /payments/refunds", status=503, count=5)
    work()
    assert (done(write).state, write.problem) == (WorkState.DEAD, "gave_up")
    shop.sandbox.control("DELETE", "/faults")
    retry_write(write=write, actor=owner, now=timezone.now())
    assert done(write).command_id == command
    work()
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert len(shop.truth()["refunds"]) == 1
    assert paid_back(shop) == first(order).price


def test_a_clear_no_gets_a_new_command_when_a_person_tries_again(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    write = ask(order)
    command = write.command_id
    shop.fault(POST, status=422)
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "allegro_refused")
    retry_write(write=write, actor=owner, now=timezone.now())
    assert done(write).command_id != command
    work()
    work_later()
    assert paid_back(shop) == first(order).price


def test_one_form_sent_twice_at_once_pays_once(shop: Shop) -> None:
    order, token, gate, made = shop.buy(3), uuid4(), threading.Barrier(2), []

    def click() -> None:
        gate.wait()
        try:
            made.append(ask(order, token=token).pk)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    work()
    work_later()
    assert ask(order, token=token).pk == made[0]  # the form is sent again long after
    work()
    assert paid_back(shop) == first(order).price


def test_what_cannot_be_is_refused_at_once(shop: Shop) -> None:
    order = shop.buy(2)
    line = first(order).line_item_id
    wrong: list[tuple[RefundWish, type[Exception]]] = [
        (RefundWish("REFUND"), RefundEmpty),
        (RefundWish("NO SUCH", (LineBack(line, quantity=1),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack(line, quantity=3),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack(line, quantity=0),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack(line, amount=Decimal("100000")),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack(line, quantity=1, amount=Decimal(1)),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack("another", quantity=1),)), RefundUnusable),
        (RefundWish("REFUND", (LineBack(line, quantity=1),) * 2), RefundUnusable),
        (RefundWish("REFUND", delivery=Decimal("999")), RefundUnusable),
        (RefundWish("REFUND", delivery=Decimal("-1")), RefundUnusable),
        (RefundWish("REFUND", surcharges={"another": Decimal(1)}), RefundUnusable),
        (
            RefundWish(
                "OVERPAID", (LineBack(line, quantity=2),), overpaid=order.paid_amount or Decimal(0)
            ),
            RefundTooHigh,
        ),
    ]
    for wish, error in wrong:
        with pytest.raises(error):
            ask(order, wish)
    on_delivery = shop.buy(1, cashOnDelivery=True)
    with pytest.raises(NothingPaid):
        ask(on_delivery)
    assert not OrderWrite.objects.exists()
