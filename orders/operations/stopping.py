"""Do not ship: the flag on an order that has not left, and lifting it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import HubError, StateConflict
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from orders import ladder
from orders.enums import DisplayStatus, FormStatus, StopReason
from orders.locks import lock_account_orders
from orders.models import CustomerReturn, Order
from orders.operations.desk import Entry
from orders.restocking import OPENED, SENT_BACK

if TYPE_CHECKING:
    from accounts.models import User

BEING_PACKED = frozenset({DisplayStatus.READY, DisplayStatus.PROCESSING, DisplayStatus.SUSPENDED})


class ReasonMissing(HubError):
    """A flag is lifted without a word why."""

    code = "reason_missing"


def stop_order(*, order: Order, reason: StopReason, now: datetime) -> bool:
    """Flag the order as not to be shipped and tell people; False when it was flagged already.

    Writes an audit entry. Called under the lock of the account's orders.
    """
    if order.stop_reason:
        return False
    order.stop_reason, order.stopped_at = reason, now
    order.save(update_fields=["stop_reason", "stopped_at", "updated_at"])
    record(
        action="order.stopped",
        target=order,
        actor=None,
        organization_id=order.organization_id,
        now=now,
        after={"reason": str(reason.label)},
    )
    notify(
        organization_id=order.organization_id,
        event=Event.ORDER_STOP,
        severity=Severity.DANGER,
        title=lambda: _("Do not ship order %(number)s") % {"number": order.checkout_form_id[:8]},
        body=lambda: str(reason.label),
        link=reverse("orders:detail", args=[order.pk]),
        dedupe_key=_cause(order),
        now=now,
    )
    return True


def stop_for_return(
    *, order: Order, customer_return: CustomerReturn, first: bool, now: datetime
) -> None:
    """Stop the order of a return opened before dispatch; let it go when the goods come back.

    Stops only when the two meet for the ``first`` time: what a person lifted stays lifted.
    """
    if customer_return.is_fulfilment or customer_return.is_earlier:
        return
    if customer_return.status in SENT_BACK and order.stop_reason == StopReason.RETURN_OPENED:
        clear_stop(order=order, now=now)
        order.save(update_fields=["stop_reason", "stopped_at", "updated_at"])
    elif first and customer_return.status in OPENED and _is_ours_to_ship(order):
        stop_order(order=order, reason=StopReason.RETURN_OPENED, now=now)


def settle_stops(entries: Iterable[Entry], *, now: datetime) -> None:
    """Stop what the buyer cancelled while it was being packed; let go what has left or lives again."""
    for entry in entries:
        order = entry.order
        if _was_cancelled_while_open(entry):
            stop_order(order=order, reason=StopReason.BUYER_CANCELLED, now=now)
        elif order.stop_reason and _cause_is_over(order):
            clear_stop(order=order, now=now)
            order.save(update_fields=["stop_reason", "stopped_at", "updated_at"])


def _was_cancelled_while_open(entry: Entry) -> bool:
    """By the buyer, not by ourselves: that leaves the purchase as it is and cancels its fulfilment.
    An order nobody paid for was in nobody's hands."""
    packed = entry.was in BEING_PACKED and entry.order.fulfilment_provider != ladder.ALLEGRO
    return entry.counts and packed and entry.order.status == FormStatus.CANCELLED


def _is_ours_to_ship(order: Order) -> bool:
    return order.display_status in ladder.OPEN and order.fulfilment_provider != ladder.ALLEGRO


def _cause_is_over(order: Order) -> bool:
    if order.display_status in ladder.DISPATCHED:
        return True
    alive = order.display_status in ladder.OPEN
    return alive and order.stop_reason == StopReason.BUYER_CANCELLED


def clear_stop(*, order: Order, now: datetime) -> None:
    """Take the flag off because its cause is over; the caller writes the order."""
    if order.stop_reason:
        order.stop_reason, order.stopped_at = "", None
        settle(organization_id=order.organization_id, dedupe_key=_cause(order), now=now)


def lift_stop(*, order: Order, reason: str, actor: User | None, now: datetime) -> Order:
    """Let an order be shipped all the same, for a ``reason`` in words; audited.

    Raises :class:`ReasonMissing` without one and :class:`~core.errors.StateConflict` when the order
    is not stopped (any more).
    """
    if not reason.strip():
        raise ReasonMissing(
            _("Say why the order may be shipped."), fields={"reason": [_("Say why.")]}
        )
    with transaction.atomic():
        lock_account_orders(integration_id=order.integration_id)
        order = Order.objects.select_related("integration").get(pk=order.pk)
        if not order.stop_reason:
            raise StateConflict(
                _("The order is not stopped."), remedy=_("Look at the order as it is now.")
            )
        before = str(order.get_stop_reason_display())
        clear_stop(order=order, now=now)
        order.save(update_fields=["stop_reason", "stopped_at", "updated_at"])
        record(
            action="order.stop_lifted",
            target=order,
            actor=actor,
            organization_id=order.organization_id,
            now=now,
            before={"reason": before},
            after={"reason": reason.strip()[:200]},
        )
    return order


def _cause(order: Order) -> str:
    return f"order.stop:{order.pk}"
