"""The parcel's status, written to the running sandbox; the assertion is on what it has in the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from inventory.models import StockLevel
from notifications.models import Notification
from orders.enums import WriteOutcome
from orders.models import Order, OrderWrite
from orders.operations import let_go, request_fulfilment, retry_write
from orders.problems import (
    FulfilledByAllegro,
    NotReadyToShip,
    OrderCancelled,
    StatusNotSettable,
)
from tests.orders.allegro_orders import Shop, done, work, work_later
from tests.orders.conftest import linked_product

pytestmark = pytest.mark.django_db(transaction=True)
ROUTE = "PUT /order/checkout-forms/{id}/fulfillment"


def ask(order: Order, status: str, actor: Any = None, **wish: Any) -> OrderWrite:
    return request_fulfilment(order=order, status=status, actor=actor, now=timezone.now(), **wish)


def test_sent_is_written_read_back_and_takes_the_stock(shop: Shop, owner: Any) -> None:
    product = linked_product(shop.integration, shop.offers[0], on_hand=10)
    order = shop.buy(2)
    write = ask(order, "SENT", owner)
    assert (write.state, write.requested_by) == (WorkState.PENDING, owner)
    work()
    write = done(write)
    assert (write.state, write.outcome) == (WorkState.DONE, WriteOutcome.WRITTEN)
    assert (write.before["status"], write.after["status"]) == ("NEW", "SENT")
    assert write.last_trace_id
    assert shop.form(order)["fulfillment"] == {
        "status": "SENT", "shipmentSummary": {"lineItemsSent": "ALL"}, "provider": {"id": "SELLER"},
    }  # fmt: skip
    order.refresh_from_db()
    assert order.display_status == "SENT"
    level = StockLevel.objects.get(product=product)
    assert (level.on_hand, level.reserved) == (8, 0)


def test_a_change_by_the_buyer_waits_for_a_person(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    write = ask(order, "SENT", owner)
    shop.act(order, "address", street="Nowa 5")
    work()
    write = done(write)
    assert (write.state, write.problem) == (WorkState.WAITING_FOR_PERSON, "buyer_changed")
    assert shop.form(order)["fulfillment"]["status"] == "NEW"
    order.refresh_from_db()
    assert order.delivery_address["street"] == "Nowa 5"  # what changed is recorded
    notice = Notification.objects.get(dedupe_key=f"order-write:{write.pk}")
    assert notice.link == f"/orders/{order.pk}/"
    retry_write(write=write, actor=owner, now=timezone.now(), seen_revision=order.revision)
    work()
    assert done(write).state == WorkState.DONE
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_409_of_allegro_is_the_same(shop: Shop) -> None:
    """The buyer changes the order between our reading and our writing."""
    order = shop.buy(1)
    write = ask(order, "PROCESSING")
    shop.fault(ROUTE, status=409)
    work()
    write = done(write)
    assert (write.state, write.problem) == (WorkState.WAITING_FOR_PERSON, "buyer_changed")
    assert shop.form(order)["fulfillment"]["status"] == "NEW"


def test_a_buyer_who_cancels_at_the_last_moment_is_heard(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    write = ask(order, "SENT", owner)
    shop.act(order, "cancel")
    work()
    write = done(write)
    assert (write.state, write.problem) == (WorkState.WAITING_FOR_PERSON, "order_cancelled")
    assert shop.form(order)["fulfillment"]["status"] == "NEW"
    order.refresh_from_db()
    with pytest.raises(OrderCancelled):
        ask(order, "SENT", owner)
    let_go(write=write, actor=owner, now=timezone.now())
    assert done(write).outcome == WriteOutcome.LET_GO
    override = ask(order, "SENT", owner, despite_stop=True)
    work()
    assert done(override).outcome == WriteOutcome.WRITTEN
    assert shop.form(order)["fulfillment"]["status"] == "SENT"


def test_what_cannot_be_is_refused_at_once(shop: Shop) -> None:
    order = shop.buy(1)
    unpaid = shop.buy(1, pay=False)
    with pytest.raises(StatusNotSettable):
        ask(order, "RETURNED")
    with pytest.raises(NotReadyToShip):
        ask(unpaid, "SENT")
    order.fulfilment_provider = "ALLEGRO"
    with pytest.raises(FulfilledByAllegro):
        ask(order, "PROCESSING")
    assert not OrderWrite.objects.exists()


def test_the_newest_wish_wins_and_the_same_wish_is_one(shop: Shop) -> None:
    order = shop.buy(1)
    first = ask(order, "PROCESSING")
    assert ask(order, "PROCESSING") == first
    second = ask(order, "READY_FOR_SHIPMENT")
    work()
    assert done(first).outcome == WriteOutcome.REPLACED
    assert done(second).outcome == WriteOutcome.WRITTEN
    assert shop.calls(ROUTE) == 1
    assert shop.form(order)["fulfillment"]["status"] == "READY_FOR_SHIPMENT"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "count": 3},
        {"status": 429, "retryAfter": 30},
        {"kind": "garbage", "count": 3, "route": "GET /order/checkout-forms/{id}"},
        {"kind": "drop", "afterEffect": True, "count": 3},
        {"status": 504, "afterEffect": True, "count": 3},
    ],
)
def test_trouble_on_the_way_delays_and_loses_nothing(shop: Shop, fault: dict[str, Any]) -> None:
    order = shop.buy(1)
    write = ask(order, "SENT")
    shop.fault(**{"route": ROUTE} | fault)
    work()
    assert done(write).state == WorkState.PENDING
    assert write.last_error
    work_later()
    assert done(write).state == WorkState.DONE
    assert shop.form(order)["fulfillment"]["status"] == "SENT"


def test_an_order_that_is_gone_waits_for_a_person(shop: Shop) -> None:
    order = shop.buy(1)
    write = ask(order, "SENT")
    shop.fault("GET /order/checkout-forms/{id}", status=404)
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "order_gone")


def test_six_tries_in_vain_are_told(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    write = ask(order, "SENT")
    shop.fault(ROUTE, status=500, count=100)
    for _attempt in range(6):
        work_later()
    assert (done(write).state, write.problem) == (WorkState.DEAD, "gave_up")
    assert Notification.objects.filter(user=owner, dedupe_key=f"order-write:{write.pk}").exists()
    shop.sandbox.control("DELETE", "/faults")
    retry_write(write=write, actor=owner, now=timezone.now())
    work()
    assert done(write).state == WorkState.DONE
