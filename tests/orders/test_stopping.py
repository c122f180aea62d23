from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from core.errors import StateConflict
from core.models import AuditEntry
from notifications.enums import Event
from notifications.models import Notification
from orders.enums import DisplayStatus, StopReason
from orders.models import Order
from orders.operations import ReasonMissing, Recorded, RecordedReturn, lift_stop
from tests.orders.checkout_forms import form, fulfilled, later, line
from tests.orders.customer_returns import customer_return, parcel

Record = Callable[..., Recorded]
RecordReturn = Callable[..., RecordedReturn]


def stop_of(order: Order) -> str:
    order.refresh_from_db()
    return order.stop_reason


def open_notices() -> int:
    return Notification.objects.filter(event=Event.ORDER_STOP, read_at=None).count()


@pytest.mark.parametrize("packing", ["NEW", "PROCESSING", "READY_FOR_SHIPMENT"])
def test_a_buyers_cancellation_stops_the_packers_and_tells_once(
    record: Record, staff: Any, packing: str
) -> None:
    whole = form([line("1")])
    record(whole)
    record(fulfilled(later(whole), packing))
    gone = fulfilled(later(whole, minutes=2, status="CANCELLED"), packing)
    order = record(gone).order
    assert stop_of(order) == StopReason.BUYER_CANCELLED
    record(later(gone, messageToSeller="again"))
    assert open_notices() == 1
    assert AuditEntry.objects.filter(action="order.stopped").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "CANCELLED", "fulfilled": ""},
        {"status": "READY_FOR_PROCESSING", "fulfilled": "CANCELLED"},
    ],
    ids=["never paid", "our own cancellation"],
)
def test_what_nobody_packs_or_we_cancelled_ourselves_stops_nobody(
    record: Record, staff: Any, changes: dict[str, str]
) -> None:
    ours = bool(changes["fulfilled"])
    whole = form([line("1")], status="READY_FOR_PROCESSING" if ours else "FILLED_IN")
    record(whole)
    told = later(whole, status=changes["status"])
    order = record(fulfilled(told, changes["fulfilled"]) if ours else told).order
    assert order.display_status == DisplayStatus.CANCELLED
    assert stop_of(order) == ""
    assert open_notices() == 0


def test_an_order_first_seen_cancelled_stops_nobody(record: Record, staff: Any) -> None:
    order = record(form([line("1")], status="CANCELLED")).order
    assert stop_of(order) == ""
    assert open_notices() == 0


def test_an_order_that_lives_again_may_be_shipped(record: Record, staff: Any) -> None:
    whole = form([line("1")])
    record(whole)
    record(later(whole, status="CANCELLED"))
    order = record(later(whole, minutes=5)).order
    assert stop_of(order) == ""
    assert open_notices() == 0


def test_what_left_all_the_same_is_not_stopped_any_more(
    record: Record, record_return: RecordReturn, staff: Any
) -> None:
    whole = form([line("1")])
    record(whole)
    record_return(customer_return(whole))
    order = record(fulfilled(later(whole), "SENT")).order
    assert stop_of(order) == ""
    assert open_notices() == 0


def test_a_person_lifts_the_flag_for_a_reason_and_it_stays_lifted(
    record: Record, record_return: RecordReturn, staff: Any
) -> None:
    whole = form([line("1")])
    record(whole)
    told = customer_return(whole)
    record_return(told)
    order = Order.objects.get()
    with pytest.raises(ReasonMissing):
        lift_stop(order=order, reason="  ", actor=staff, now=timezone.now())
    assert stop_of(order) == StopReason.RETURN_OPENED
    lift_stop(order=order, reason="Buyer wants it after all", actor=staff, now=timezone.now())
    assert stop_of(order) == ""
    assert open_notices() == 0
    act = AuditEntry.objects.get(action="order.stop_lifted")
    assert (act.actor, act.before, act.after) == (
        staff, {"reason": "The buyer opened a return"}, {"reason": "Buyer wants it after all"},
    )  # fmt: skip
    record_return(told | {"parcels": [parcel()]})
    record(later(whole, messageToSeller="x"))
    assert stop_of(order) == ""
    with pytest.raises(StateConflict):
        lift_stop(order=order, reason="again", actor=staff, now=timezone.now())


def test_a_second_return_stops_a_lifted_order_again(
    record: Record, record_return: RecordReturn, staff: Any
) -> None:
    whole = form([line("1", quantity=2)])
    record(whole)
    record_return(customer_return(whole))
    lift_stop(order=Order.objects.get(), reason="Sent anyway", actor=staff, now=timezone.now())
    record_return(customer_return(whole))
    assert stop_of(Order.objects.get()) == StopReason.RETURN_OPENED
