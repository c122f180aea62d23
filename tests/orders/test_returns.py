from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from notifications.enums import Event
from notifications.models import Notification
from orders.customer_return import ReturnUnreadable
from orders.enums import ReturnStage, StopReason
from orders.models import CustomerReturn, Order, OrderLine, ReturnLine, ReturnRevision
from orders.operations import Recorded, RecordedReturn, record_customer_return
from settings_app.models import Integration
from tests.orders.checkout_forms import form, later, line
from tests.orders.customer_returns import OPENED, customer_return, item, parcel

Record = Callable[..., Recorded]
RecordReturn = Callable[..., RecordedReturn]


def lines() -> list[tuple[str, int | None, int]]:
    """Item, position of the order line, pieces."""
    rows = ReturnLine.objects.select_related("order_line").order_by("item_key", "slot")
    return [
        (one.item_key, one.order_line.position if one.order_line else None, one.quantity)
        for one in rows
    ]


def test_all_of_a_return_is_kept_and_the_senders_number_is_not(
    record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1", quantity=2)], fulfilment="SENT")
    order = record(sold).order
    told = customer_return(
        sold,
        [item("1", 2)],
        parcels=[parcel()],
        refund={"bankAccount": {"owner": "Anna", "iban": "PL40114000003382916456018050"}},
    )
    done = record_return(told, trace_id="trace-1")
    assert (done.created, done.changed) == (True, True)
    row = CustomerReturn.objects.get()
    assert (row.order, row.status, row.stage) == (order, "CREATED", ReturnStage.ON_THE_WAY)
    assert (row.reference_number, row.marketplace) == ("1234/Z04A", "allegro-pl")
    assert row.opened_at == OPENED
    assert row.parcels[0]["waybill"] == "AD00R28X72"
    assert row.refund_account["iban"] == "PL40114000003382916456018050"
    one = row.lines.get()
    assert one.order_line == OrderLine.objects.get()
    assert (one.quantity, one.reason, one.comment) == (2, "DONT_LIKE_IT", "Za mały")
    revision = ReturnRevision.objects.get()
    assert revision.trace_id == "trace-1"
    assert "333444555" not in json.dumps(revision.payload)
    assert "AD00R28X72" in row.search


def test_the_same_return_again_changes_nothing(
    record: Record, record_return: RecordReturn, staff: Any
) -> None:
    sold = form([line("1", quantity=2)], fulfilment="SENT")
    record(sold)
    told = customer_return(sold, [item("1", 2)])
    record_return(told)
    again = record_return(json.loads(json.dumps(told)))
    assert (again.created, again.changed) == (False, False)
    assert (CustomerReturn.objects.count(), ReturnRevision.objects.count()) == (1, 1)
    assert lines() == [("1#1", 0, 2)]
    assert Notification.objects.filter(event=Event.RETURN_OPENED).count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_of_reads_ends_in_the_same_state(
    record: Record, record_return: RecordReturn, order: tuple[int, ...]
) -> None:
    sold = form([line("1", quantity=2)], fulfilment="SENT")
    record(sold)
    created = customer_return(sold, [item("1", 2)])
    moving = created | {"status": "IN_TRANSIT", "parcels": [parcel()]}
    there = moving | {"status": "DELIVERED"}
    over = there | {"status": "COMMISSION_REFUNDED"}
    told = [created, moving, there, over]
    read = timezone.now()
    for number in order:
        record_return(told[number], read_at=read + timedelta(minutes=number))
    row = CustomerReturn.objects.get()
    assert (row.status, row.stage) == ("COMMISSION_REFUNDED", ReturnStage.TO_DECIDE)
    assert row.parcels[0]["waybill"] == "AD00R28X72"
    assert ReturnRevision.objects.count() == 4
    assert lines() == [("1#1", 0, 2)]


def test_a_parcel_never_goes_back_a_step_whenever_it_was_read(
    record_return: RecordReturn,
) -> None:
    told = customer_return("nobody-knows", status="DELIVERED")
    record_return(told)
    stale = record_return(told | {"status": "CREATED"})
    assert (stale.created, stale.changed) == (False, False)
    assert CustomerReturn.objects.get().status == "DELIVERED"


def test_a_poorer_answer_erases_nothing(record_return: RecordReturn) -> None:
    told = customer_return("nobody-knows", [item("1", 2)], parcels=[parcel()])
    record_return(told)
    bare = {"id": told["id"], "status": "FINISHED", "items": None, "parcels": None}
    assert record_return(bare).changed
    row = CustomerReturn.objects.get()
    assert (row.status, row.reference_number) == ("FINISHED", "1234/Z04A")
    assert row.parcels[0]["waybill"] == "AD00R28X72"
    assert row.checkout_form_id == "nobody-knows"
    assert lines() == [("1#1", None, 2)]


@pytest.mark.parametrize("broken", [{"id": None}, {"id": ""}])
def test_a_return_without_number_is_refused(
    record_return: RecordReturn, broken: dict[str, Any]
) -> None:
    with pytest.raises(ReturnUnreadable):
        record_return(customer_return("x") | broken)
    assert not CustomerReturn.objects.exists()


def test_nulls_and_new_values_are_no_garbage(record_return: RecordReturn) -> None:
    row = record_return(
        {
            "id": "r-1",
            "status": "SOMETHING_NEW",
            "items": [None, {"offerId": "1"}, {"offerId": "1", "quantity": 1, "reason": None}],
            **dict.fromkeys(["orderId", "buyer", "refund", "parcels", "rejection", "createdAt"]),
        }
    ).customer_return
    assert row.stage == ReturnStage.TO_DECIDE
    assert lines() == [("1#1", None, 1)]


def test_a_return_is_matched_when_its_order_arrives(
    record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1", quantity=2)], fulfilment="SENT")
    record_return(customer_return(sold, [item("1", 2)]))
    assert CustomerReturn.objects.get().order is None
    order = record(sold).order
    assert CustomerReturn.objects.get().order == order
    assert lines() == [("1#1", 0, 2)]


@pytest.mark.parametrize(
    ("bought", "returned", "expected"),
    [
        ((2, 1), (3,), [("1#1", 0, 2), ("1#1", 1, 1)]),
        ((2, 1), (1,), [("1#1", 1, 1)]),
        ((2, 1), (2, 1), [("1#1", 0, 2), ("1#2", 1, 1)]),
        ((2, 3), (1, 1), [("1#1", 0, 1), ("1#2", 0, 1)]),
        ((1,), (3,), [("1#1", 0, 1), ("1#1", None, 2)]),
    ],
)
def test_pieces_of_an_offer_that_stands_in_several_lines_find_their_lines(
    record: Record,
    record_return: RecordReturn,
    bought: tuple[int, ...],
    returned: tuple[int, ...],
    expected: list[tuple[str, int | None, int]],
) -> None:
    sold = form([line("1", quantity=n) for n in bought], fulfilment="SENT")
    record(sold)
    told = customer_return(sold, [item("1", n) for n in returned])
    record_return(told)
    assert lines() == expected
    record_return(told | {"status": "DELIVERED"})
    assert lines() == expected


def test_two_returns_of_one_order_do_not_claim_the_same_pieces(
    record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1", quantity=2), line("1", quantity=3)], fulfilment="SENT")
    record(sold)
    record_return(customer_return(sold, [item("1", 2)]))
    record_return(customer_return(sold, [item("1", 3)]))
    claimed = dict(ReturnLine.objects.values_list("order_line__position", "quantity"))
    assert claimed == {0: 2, 1: 3}


def test_pieces_follow_allegro_when_it_changes_them(
    record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1", quantity=4), line("2")], fulfilment="SENT")
    record(sold)
    told = customer_return(sold, [item("1", 2), item("2")])
    record_return(told)
    record_return(told | {"items": [item("1", 4)]})
    assert sum(n for _key, _line, n in lines()) == 4
    record_return(told | {"items": [item("1", 1)]})
    assert [(key, n) for key, _line, n in lines()] == [("1#1", 1)]


def test_a_return_before_dispatch_stops_the_order_and_tells(
    record: Record, record_return: RecordReturn, viewer: Any, staff: Any
) -> None:
    sold = form([line("1")])
    record(sold)
    told = customer_return(sold)
    record_return(told)
    order = Order.objects.get()
    assert order.stop_reason == StopReason.RETURN_OPENED
    assert order.stopped_at is not None
    notices = Notification.objects.filter(event=Event.ORDER_STOP)
    assert set(notices.values_list("user__email", flat=True)) >= {staff.email}
    assert viewer.email not in set(notices.values_list("user__email", flat=True))
    assert AuditEntry.objects.get(action="order.stopped").target_id == str(order.pk)
    record_return(told | {"parcels": [parcel()]})
    assert AuditEntry.objects.filter(action="order.stopped").count() == 1
    record(later(sold, messageToSeller="x"))
    assert Order.objects.get().stop_reason == StopReason.RETURN_OPENED


def test_a_return_that_came_before_its_order_stops_it(
    record: Record, record_return: RecordReturn
) -> None:
    sold = form([line("1")])
    record_return(customer_return(sold))
    record(sold)
    assert Order.objects.get().stop_reason == StopReason.RETURN_OPENED


@pytest.mark.parametrize(
    ("fulfilment", "provider", "changes"),
    [
        ("SENT", "SELLER", {}),
        ("PICKED_UP", "SELLER", {}),
        ("NEW", "ALLEGRO", {}),
        ("NEW", "SELLER", {"isFulfillment": True}),
        ("NEW", "SELLER", {"status": "IN_TRANSIT"}),
        ("NEW", "SELLER", {"status": "REJECTED"}),
    ],
)
def test_nothing_is_stopped_that_has_left_or_is_not_ours_to_ship(
    record: Record,
    record_return: RecordReturn,
    fulfilment: str,
    provider: str,
    changes: dict[str, Any],
) -> None:
    sold = form([line("1")], fulfilment=fulfilment, provider=provider)
    record(sold)
    record_return(customer_return(sold) | changes)
    assert Order.objects.get().stop_reason == ""
    assert not Notification.objects.filter(event=Event.ORDER_STOP).exists()


def test_goods_on_their_way_back_have_left_so_nothing_is_stopped_any_more(
    record: Record, record_return: RecordReturn, staff: Any
) -> None:
    sold = form([line("1")])
    record(sold)
    told = customer_return(sold)
    record_return(told)
    record_return(told | {"status": "IN_TRANSIT"})
    assert Order.objects.get().stop_reason == ""
    assert not Notification.objects.filter(event=Event.ORDER_STOP, read_at=None).exists()


@pytest.mark.parametrize("status", ["DELIVERED", "COMMISSION_REFUNDED", "REJECTED"])
def test_what_was_over_before_the_account_was_connected_asks_for_nothing(
    integration: Integration, record_return: RecordReturn, status: str
) -> None:
    before = integration.created_at - timedelta(days=3)
    row = record_return(customer_return("x", status=status, opened_at=before)).customer_return
    assert row.stage == ReturnStage.EARLIER
    assert not Notification.objects.exists()


def test_a_parcel_still_on_its_way_when_the_account_was_connected_is_to_be_decided(
    integration: Integration, record_return: RecordReturn
) -> None:
    before = integration.created_at - timedelta(days=3)
    told = customer_return("x", status="IN_TRANSIT", opened_at=before)
    assert record_return(told).customer_return.stage == ReturnStage.ON_THE_WAY
    assert (
        record_return(told | {"status": "DELIVERED"}).customer_return.stage == ReturnStage.TO_DECIDE
    )


def test_a_return_handled_by_allegro_is_theirs(record: Record, record_return: RecordReturn) -> None:
    sold = form([line("1")], provider="ALLEGRO", fulfilment="SENT")
    record(sold)
    told = customer_return(sold, status="WAREHOUSE_DELIVERED", isFulfillment=True)
    assert record_return(told).customer_return.stage == ReturnStage.BY_ALLEGRO


def test_a_return_of_a_merged_order_belongs_to_the_new_one(
    record: Record, record_return: RecordReturn
) -> None:
    old = form([line("1")], status="BOUGHT")
    record(old)
    new = record(later(form(old["lineItems"], fulfilment="SENT"))).order
    record_return(customer_return(old))
    assert CustomerReturn.objects.get().order == new
    assert lines() == [("1#1", 0, 1)]


def test_returns_of_two_organizations_never_meet(
    record: Record, record_return: RecordReturn, other_organization: Any
) -> None:
    from tests.factories import IntegrationFactory

    sold = form([line("1")], fulfilment="SENT")
    record(sold)
    foreign = IntegrationFactory(organization=other_organization)
    told = customer_return(sold)
    record_customer_return(integration=foreign, customer_return=told, now=timezone.now())
    record_return(told)
    theirs = CustomerReturn.objects.for_organization(other_organization).get()
    assert theirs.order is None
    assert CustomerReturn.objects.count() == 2
