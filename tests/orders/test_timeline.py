from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from core import audit
from orders import timeline
from orders.models import Order
from orders.operations import Recorded
from tests.orders.checkout_forms import form, later, line
from webhooks.enums import EventSource
from webhooks.models import InboundEvent

Record = Callable[..., Recorded]


@pytest.fixture
def extra_source() -> Iterator[None]:
    def told(order: Order) -> Iterator[timeline.Entry]:
        yield timeline.entry(f"Told of {order.pk}", timezone.now(), tone="info")

    timeline.register("test.source", told)
    yield
    timeline._sources.pop("test.source")


def event(order: Order, **values: Any) -> InboundEvent:
    made: InboundEvent = InboundEvent.objects.create(
        organization_id=order.organization_id,
        integration=order.integration,
        source=EventSource.ORDER_JOURNAL,
        event_id=str(InboundEvent.objects.count()),
        raw=b"{}",
        raw_sha256="",
        checkout_form_id=order.checkout_form_id,
        received_at=timezone.now(),
        next_attempt_at=timezone.now(),
        **values,
    )
    return made


def test_the_timeline_tells_of_events_acts_and_what_others_register(
    page: Any, viewer: Any, record: Record, staff: Any, extra_source: None
) -> None:
    order = record(form()).order
    event(order, event_type="BOUGHT", state="DONE")
    event(order, event_type="BUYER_CANCELLED", state="DEAD", last_error="Allegro answered 500")
    audit.record(
        action="order.printed",
        target=order,
        actor=staff,
        organization_id=order.organization_id,
        now=timezone.now(),
        after={"what": "packing list"},
    )
    text = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    for expected in (
        "Event BOUGHT received", "Event BUYER_CANCELLED received", "Allegro answered 500", "Printed",
        "packing list", staff.get_full_name(), f"Told of {order.pk}",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_timeline_tells_of_no_other_order(page: Any, viewer: Any, record: Record) -> None:
    order, other = record(form()).order, record(form()).order
    event(other, event_type="BUYER_MODIFIED", state="DONE")
    assert "BUYER_MODIFIED" not in page(viewer).get(f"/orders/{order.pk}/").content.decode()


def test_stock_moved_for_the_order_is_told_whatever_its_key(
    page: Any, viewer: Any, record: Record, sold: Any
) -> None:
    product = sold("1")
    whole = form([line("1")])
    order = record(whole).order
    record(later(whole, status="CANCELLED"))
    text = page(viewer).get(f"/orders/{order.pk}/").content.decode()
    assert text.count(f"{product.code} +1") == 1
    assert text.count(f"{product.code} -1") == 1
