"""The status of the parcel, written to Allegro."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from connectors.allegro import AllegroClient, Conflict
from orders.enums import Fulfilment, LinesSent, WriteKind, WriteOutcome
from orders.guards import (
    LEAVES_THE_HOUSE,
    refuse_changed,
    refuse_not_ours,
    refuse_stopped,
)
from orders.models import Order, OrderWrite
from orders.operations.refreshing import refresh_order
from orders.operations.writing import Performed, open_write
from orders.problems import BuyerChangedOrder, OrderGone, StatusNotSettable

if TYPE_CHECKING:
    from accounts.models import User


def request_fulfilment(
    *,
    order: Order,
    status: str,
    actor: User | None,
    now: datetime,
    lines_sent: str = "",
    despite_stop: bool = False,
    seen_revision: str = "",
    **links: Any,
) -> OrderWrite:
    """Ask for a status of the parcel at Allegro; workers write it, the newest wish wins.

    ``seen_revision`` is the form's revision the person decided on, by default the recorded one.
    SENT says that all lines are sent unless ``lines_sent`` says otherwise. ``despite_stop`` writes it
    although the buyer cancelled, the order is stopped or unpaid. ``links`` are ``after_write`` and
    ``cancellation``.

    Raises :class:`StatusNotSettable`, :class:`FulfilledByAllegro`, :class:`OrderCancelled`,
    :class:`OrderStopped`, :class:`NotReadyToShip`, :class:`OrderGone`, :class:`BeingWritten`.
    """
    if status not in Fulfilment.values or lines_sent not in ("", *LinesSent.values):
        raise StatusNotSettable
    refuse_not_ours(order)
    _refuse_stopped(order, status, despite_stop=despite_stop)
    if status == Fulfilment.SENT:
        lines_sent = lines_sent or LinesSent.ALL.value
    return open_write(
        order=order,
        kind=WriteKind.FULFILMENT,
        requested={"status": status, "lines_sent": lines_sent},
        actor=actor,
        now=now,
        replaces=True,
        before=state_of(order),
        seen_revision=seen_revision or order.revision,
        despite_stop=despite_stop,
        **links,
    )


def perform_fulfilment(write: OrderWrite, client: AllegroClient) -> Performed:
    """Read the form, check it once more, set the status, read again so that stock follows.

    Setting a status may be repeated; what Allegro shows already is not written. Raises the guards of
    :func:`request_fulfilment`, :class:`BuyerChangedOrder` and what the client raises.
    """
    order = reread(write, client)
    if _is_so(write, order):
        return Performed(outcome=WriteOutcome.ALREADY, after=state_of(order))
    status = write.requested["status"]
    refuse_not_ours(order)
    _refuse_stopped(order, status, despite_stop=write.despite_stop)
    refuse_changed(order, seen_revision=write.seen_revision)
    try:
        client.orders.set_fulfilment(
            order.checkout_form_id,
            status=status,
            lines_sent=write.requested.get("lines_sent") or None,
            revision=order.revision or None,
        )
    except Conflict as outdated:
        reread(write, client)
        raise BuyerChangedOrder from outdated
    return Performed(after=state_of(reread(write, client)))


def reread(write: OrderWrite, client: AllegroClient) -> Order:
    """The order as Allegro has it now, recorded. Raises :class:`OrderGone`."""
    recorded = refresh_order(
        integration=write.integration,
        checkout_form_id=write.order.checkout_form_id,
        client=client,
        now=timezone.now(),
    )
    if recorded is None:
        raise OrderGone
    write.order.refresh_from_db()
    return write.order


def state_of(order: Order) -> dict[str, str]:
    """What the journal of writes keeps of an order's state."""
    return {
        "status": order.fulfilment_status,
        "lines_sent": order.lines_sent,
        "revision": order.revision,
    }


def _is_so(write: OrderWrite, order: Order) -> bool:
    lines_sent = write.requested.get("lines_sent")
    return order.fulfilment_status == write.requested["status"] and (
        not lines_sent or order.lines_sent == lines_sent
    )


def _refuse_stopped(order: Order, status: str, *, despite_stop: bool) -> None:
    if status != Fulfilment.CANCELLED:
        refuse_stopped(order, despite_stop=despite_stop, leaves=status in LEAVES_THE_HOUSE)
