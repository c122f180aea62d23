"""What must hold before Allegro is told anything about an order."""

from __future__ import annotations

from django.utils.translation import gettext as _

from orders import ladder
from orders.enums import DisplayStatus, FormStatus, Fulfilment
from orders.models import Order
from orders.problems import (
    BuyerChangedOrder,
    FulfilledByAllegro,
    NotReadyToShip,
    OrderCancelled,
    OrderGone,
    OrderStopped,
)

LEAVES_THE_HOUSE = frozenset({Fulfilment.SENT, Fulfilment.READY_FOR_PICKUP, Fulfilment.PICKED_UP})


def refuse_gone(order: Order) -> None:
    """Raise :class:`OrderGone` for an order that was merged into another one."""
    if order.display_status == DisplayStatus.SUPERSEDED:
        raise OrderGone


def refuse_not_ours(order: Order) -> None:
    """Raise what :func:`refuse_gone` does, and :class:`FulfilledByAllegro` (One Fulfillment)."""
    refuse_gone(order)
    if order.fulfilment_provider == ladder.ALLEGRO:
        raise FulfilledByAllegro


def refuse_stopped(order: Order, *, despite_stop: bool, leaves: bool = True) -> None:
    """Raise unless the parcel may go out, or a person said that it does all the same.

    :class:`OrderCancelled`: the buyer, or Allegro, has cancelled. :class:`OrderStopped`: the order
    carries a stop. :class:`NotReadyToShip`: it is not paid. The latter two matter when it ``leaves``.
    """
    if despite_stop:
        return
    if order.status == FormStatus.CANCELLED:
        raise OrderCancelled
    if not leaves:
        return
    if order.stop_reason:
        reason = order.get_stop_reason_display()
        raise OrderStopped(_("The order must be stopped: %(reason)s") % {"reason": reason})
    if order.status != FormStatus.READY_FOR_PROCESSING:
        raise NotReadyToShip


def refuse_changed(order: Order, *, seen_revision: str) -> None:
    """Raise :class:`BuyerChangedOrder` when the buyer changed the form after ``seen_revision``.

    The revision moves with the buyer's changes and never with the seller's (allegro-api#3187).
    """
    if seen_revision and order.revision and seen_revision != order.revision:
        raise BuyerChangedOrder
