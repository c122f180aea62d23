"""Packing on a phone: every line ticked, then Allegro is told, then the next order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.models import Order, OrderWrite
from orders.operations import Recorded, let_go
from tests.orders.checkout_forms import form, iso, later, line

Record = Callable[..., Recorded]


def due(days: int) -> dict[str, Any]:
    moment = iso(timezone.now() + timedelta(days=days))
    return form([])["delivery"] | {"time": {"dispatch": {"from": moment, "to": moment}}}


def ticked(order: Order, **more: Any) -> dict[str, Any]:
    lines = [line.pk for line in order.lines.all()]
    return {"line": lines, "status": "READY_FOR_SHIPMENT", "revision": order.revision} | more


def test_the_order_says_what_to_do_next(page: Any, staff: Any, viewer: Any, record: Record) -> None:
    late = record(form([line("1")], delivery=due(-1))).order
    unpaid = record(form([line("2")], status="BOUGHT")).order
    sent = record(form([line("3")], fulfilment="SENT")).order
    text = page(staff).get(f"/orders/{late.pk}/").content.decode()
    assert "Pack it now: it is late" in text
    assert f"/orders/{late.pk}/pack/" in text
    assert (
        f"/orders/{late.pk}/pack/" not in page(viewer).get(f"/orders/{late.pk}/").content.decode()
    )
    assert "Wait for the payment" in page(staff).get(f"/orders/{unpaid.pk}/").content.decode()
    assert "next-step" not in page(staff).get(f"/orders/{sent.pk}/").content.decode()


def test_only_a_wholly_ticked_order_is_packed(page: Any, staff: Any, record: Record) -> None:
    order = record(form([line("1", name="Kubek"), line("2", name="Spodek")])).order
    first = order.lines.order_by("position").first()
    text = page(staff).post(f"/orders/{order.pk}/pack/", {"line": [first.pk]}).content.decode()
    assert "Not everything is ticked yet." in text
    assert text.count(" checked>") == 1
    assert not OrderWrite.objects.exists()
    page(staff).post(f"/orders/{order.pk}/pack/", ticked(order, status="SENT"))
    write = OrderWrite.objects.get()
    assert (write.order, write.requested["status"], write.requested_by) == (order, "SENT", staff)
    assert write.seen_revision == order.revision


def test_packing_goes_on_with_the_most_urgent_order_left(
    page: Any, staff: Any, record: Record
) -> None:
    soon = record(form([line("1")], delivery=due(3))).order
    now = record(form([line("2")], delivery=due(1))).order
    stopped = form([line("3")], delivery=due(-3))
    record(stopped)
    record(later(stopped, status="CANCELLED"))
    client = page(staff)
    assert client.get("/orders/pack/next/")["Location"] == f"/orders/{now.pk}/pack/"
    skipped = client.get(f"/orders/pack/next/?after={now.pk}")
    assert skipped["Location"] == f"/orders/{soon.pk}/pack/"
    answer = client.post(f"/orders/{now.pk}/pack/", ticked(now))
    assert answer["Location"] == f"/orders/{soon.pk}/pack/"
    answer = client.post(f"/orders/{soon.pk}/pack/", ticked(soon))
    assert answer["Location"] == "/orders/"
    assert OrderWrite.objects.count() == 2
    let_go(write=now.writes.get(), actor=staff, now=timezone.now())
    assert client.get("/orders/pack/next/")["Location"] == f"/orders/{now.pk}/pack/"


def test_what_must_not_leave_cannot_be_packed(page: Any, staff: Any, record: Record) -> None:
    whole = form([line("1")])
    record(whole)
    order = record(later(whole, status="CANCELLED")).order
    text = page(staff).get(f"/orders/{order.pk}/pack/").content.decode()
    assert "DO NOT SHIP" in text
    assert 'value="SENT"' not in text
    page(staff).post(f"/orders/{order.pk}/pack/", ticked(order, status="SENT"))
    assert not OrderWrite.objects.exists()


def test_only_those_who_work_here_pack(
    page: Any, viewer: Any, outsider: Any, record: Record
) -> None:
    order = record(form([line("1")])).order
    assert page(viewer).get(f"/orders/{order.pk}/pack/").status_code == 403
    assert page(viewer).post(f"/orders/{order.pk}/pack/", ticked(order)).status_code == 403
    assert page(outsider).post(f"/orders/{order.pk}/pack/", ticked(order)).status_code == 404
    assert page(outsider).get("/orders/pack/next/")["Location"] == "/orders/"
    assert not OrderWrite.objects.exists()
