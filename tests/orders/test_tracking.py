"""Tracking numbers on the running sandbox: each is there once, whatever happens on the way."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.enums import WorkState
from orders.enums import WriteKind, WriteOutcome
from orders.models import Carrier, Order, OrderWrite, Shipment
from orders.operations import add_tracking, carriers_for, let_go, renew_carriers
from orders.problems import CarrierIsAllegro, OrderCancelled, TrackingUnusable, UnknownCarrier
from tests.orders.allegro_orders import Shop, done, work, work_later

pytestmark = pytest.mark.django_db(transaction=True)
POST = "POST /order/checkout-forms/{id}/shipments"
GET = "GET /order/checkout-forms/{id}/shipments"


def add(order: Order, waybill: str = "520000000001", actor: Any = None, **more: Any) -> OrderWrite:
    values = {"carrier_id": "INPOST"} | more
    return add_tracking(order=order, waybill=waybill, actor=actor, now=timezone.now(), **values)


def waybills(shop: Shop, order: Order) -> list[str]:
    listed = shop.truth()["shipments"].get(order.checkout_form_id, [])
    return [one["waybill"] for one in listed]


def test_parcels_are_added_and_the_order_is_sent(shop: Shop, owner: Any) -> None:
    order = shop.buy(1, 2)
    line = order.lines.order_by("position").first()
    assert line is not None
    first = add(order, " 520000000001 ", owner, line_item_ids=[line.line_item_id])
    second = add(order, "520000000002", owner, mark_as_sent=True)
    work()
    assert [done(one).outcome for one in (first, second)] == [WriteOutcome.WRITTEN] * 2
    assert waybills(shop, order) == ["520000000001", "520000000002"]
    kept = list(Shipment.objects.filter(order=order).order_by("waybill"))
    assert [(one.carrier_id, one.source, one.write_id) for one in kept] == [
        ("INPOST", "HUB", first.pk),
        ("INPOST", "HUB", second.pk),
    ]
    assert kept[0].line_item_ids == [line.line_item_id]
    assert shop.form(order)["fulfillment"]["status"] == "SENT"
    order.refresh_from_db()
    assert order.display_status == "SENT"


def test_a_number_that_is_there_is_done(shop: Shop) -> None:
    order = shop.buy(1)
    add(order)
    work()
    again = add(order, "520000000001")
    work()
    assert done(again).outcome == WriteOutcome.ALREADY
    assert waybills(shop, order) == ["520000000001"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "afterEffect": True},
        {"status": 504, "afterEffect": True},
        {"kind": "garbage"},
        {"kind": "truncate"},
    ],
)
def test_a_lost_answer_adds_nothing_twice(shop: Shop, fault: dict[str, Any]) -> None:
    order = shop.buy(1)
    write = add(order)
    shop.fault(POST, **fault)
    work()
    assert done(write).state == WorkState.PENDING
    work_later()
    assert done(write).state == WorkState.DONE
    assert waybills(shop, order) == ["520000000001"]
    assert Shipment.objects.get(order=order).source == "HUB"


@pytest.mark.parametrize("fault", [{"status": 503, "count": 3}, {"status": 429}])
def test_a_refused_call_is_made_later(shop: Shop, fault: dict[str, Any]) -> None:
    order = shop.buy(1)
    write = add(order)
    shop.fault(GET, **fault)
    work()
    assert done(write).state == WorkState.PENDING
    work_later()
    assert waybills(shop, order) == ["520000000001"]


def test_a_worker_killed_after_the_call_leaves_one_number(shop: Shop) -> None:
    """The row stays RUNNING with a claim that runs out; the next worker looks before it adds."""
    order = shop.buy(1)
    write = add(order)
    work()
    long_ago = timezone.now() - timezone.timedelta(minutes=10)
    OrderWrite.objects.filter(pk=write.pk).update(
        state=WorkState.RUNNING, claimed_until=long_ago, finished_at=None, outcome=""
    )
    work()
    assert (done(write).state, write.outcome) == (WorkState.DONE, WriteOutcome.ALREADY)
    assert waybills(shop, order) == ["520000000001"]


def test_what_allegro_refuses_waits_with_its_words(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    shop.sandbox.control("POST", "/settings", {"ordersPerWaybill": 1})
    add(order, "520000000009")
    work()
    other = shop.buy(1)
    write = add(other, "520000000009", mark_as_sent=True)
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "waybill_used_up")
    follower = OrderWrite.objects.get(order=other, kind=WriteKind.FULFILMENT)
    assert follower.state == WorkState.PENDING  # not sent before the number is there
    let_go(write=write, actor=owner, now=timezone.now())
    work()
    assert done(follower).outcome == WriteOutcome.LET_GO
    assert shop.form(other)["fulfillment"]["status"] == "NEW"
    shop.fault(POST, status=422)
    write = add(other)
    work()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "allegro_refused")
    assert write.last_error


def test_what_cannot_be_is_refused_at_once(shop: Shop) -> None:
    order = shop.buy(1)
    assert "INPOST" in [one.carrier_id for one in carriers_for(
        integration=shop.integration, now=timezone.now()
    )]  # fmt: skip
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"carrier_id": "ALLEGRO"}, CarrierIsAllegro, "carrierId"),
        ({"carrier_id": "PIGEON"}, UnknownCarrier, "carrierId"),
        ({"waybill": "9" * 65}, TrackingUnusable, "waybill"),
        ({"waybill": "  "}, TrackingUnusable, "waybill"),
        ({"carrier_id": "OTHER"}, TrackingUnusable, "carrierName"),
        ({"carrier_id": "OTHER", "carrier_name": "x" * 31}, TrackingUnusable, "carrierName"),
        ({"line_item_ids": ["nonsense"]}, TrackingUnusable, "lineItemIds"),
    ]
    for values, error, field in wrong:
        with pytest.raises(error) as refused:
            add(order, **values)
        assert field in refused.value.fields  # type: ignore[attr-defined]
    shop.act(order, "cancel")
    with pytest.raises(OrderCancelled):
        add(shop.read(order.checkout_form_id))
    assert not OrderWrite.objects.exists()


def test_numbers_of_others_are_told_apart(shop: Shop) -> None:
    order = shop.buy(1)
    token = shop.sandbox.tokens(shop.login)["access_token"]
    import requests

    from tests.sandbox_server import PUBLIC, USER_AGENT

    for waybill in ("AD00000001", "630000000001"):
        requests.post(
            f"{shop.sandbox.url}/order/checkout-forms/{order.checkout_form_id}/shipments",
            json={"carrierId": "INPOST", "waybill": waybill},
            headers={
                "Authorization": f"Bearer {token}", "Accept": PUBLIC, "Content-Type": PUBLIC,
                "User-Agent": USER_AGENT,
            },
            timeout=10,
        ).raise_for_status()  # fmt: skip
    add(order)
    work()
    sources = dict(Shipment.objects.filter(order=order).values_list("waybill", "source"))
    assert sources == {
        "AD00000001": "ALLEGRO", "630000000001": "ELSEWHERE", "520000000001": "HUB",
    }  # fmt: skip


def test_two_clicks_at_once_are_one_wish(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    gate, made = threading.Barrier(2), []

    def click() -> None:
        gate.wait()
        try:
            made.append(add(order, actor=owner, mark_as_sent=True).pk)
        finally:
            connections.close_all()

    def deliver() -> None:
        try:
            work()
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(set(made)) == 1
    workers = [threading.Thread(target=deliver) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    connection.close()
    assert waybills(shop, order) == ["520000000001"]
    assert shop.calls(POST) == 1
    assert OrderWrite.objects.filter(order=order).count() == 2


def test_carriers_are_kept_with_their_age(shop: Shop) -> None:
    now = timezone.now()
    kept = carriers_for(integration=shop.integration, now=now)
    assert [one.carrier_id for one in kept] == [
        one.carrier_id for one in Carrier.objects.order_by("position")
    ]
    carriers_for(integration=shop.integration, now=now)
    assert renew_carriers(now=now) == 0
    assert shop.calls("GET /order/carriers") == 1
    Carrier.objects.create(environment="sandbox", carrier_id="OLD", name="Old", read_at=now)
    later = now + timezone.timedelta(days=1, minutes=1)
    assert renew_carriers(now=later) == 1
    assert not Carrier.objects.filter(carrier_id="OLD").exists()
