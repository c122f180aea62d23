"""From Allegro's three statuses to the one people see, and to what it means for stock. Pure.

Allegro tells the state of the purchase (``status``), of the parcel (``fulfillment.status``) and who
ships (``fulfillment.provider``). A return or refund changes none of them to CANCELLED
(allegro-api#12996); CANCELLED is the buyer's, the automatic or the seller's own cancellation.
Values Allegro may add later fall through to the next step that fits.
"""

from __future__ import annotations

from enum import Enum

from orders.enums import DisplayStatus, FormStatus

ALLEGRO = "ALLEGRO"
PACKING = frozenset({"PROCESSING", "READY_FOR_SHIPMENT", "READY_FOR_PICKUP"})
LEFT_THE_HOUSE = {
    "RETURNED": DisplayStatus.RETURNED,
    "PICKED_UP": DisplayStatus.DELIVERED,
    "SENT": DisplayStatus.SENT,
}
# Orders in these states still need something done; their stock is promised.
OPEN = frozenset(
    {
        DisplayStatus.UNPAID,
        DisplayStatus.READY,
        DisplayStatus.PROCESSING,
        DisplayStatus.SUSPENDED,
    }
)
# Orders in these states wait for a packer.
TO_SHIP = (DisplayStatus.READY, DisplayStatus.PROCESSING)
DISPATCHED = frozenset({DisplayStatus.SENT, DisplayStatus.DELIVERED, DisplayStatus.RETURNED})


class StockWish(Enum):
    """What an order's state asks of stock."""

    RESERVE = "reserve"
    CONSUME = "consume"
    RELEASE = "release"
    LEAVE = "leave"
    NOT_OURS = "not ours"


def display_status(
    *, status: str, fulfilment: str, provider: str, superseded: bool = False
) -> DisplayStatus:
    """The first step of the ladder that fits."""
    if superseded:
        return DisplayStatus.SUPERSEDED
    if FormStatus.CANCELLED in (status, fulfilment):
        return DisplayStatus.CANCELLED
    if fulfilment in LEFT_THE_HOUSE:
        return LEFT_THE_HOUSE[fulfilment]
    if fulfilment == "SUSPENDED":
        return DisplayStatus.SUSPENDED
    if status != FormStatus.READY_FOR_PROCESSING:
        return DisplayStatus.UNPAID
    if provider == ALLEGRO:
        return DisplayStatus.BY_ALLEGRO
    return DisplayStatus.PROCESSING if fulfilment in PACKING else DisplayStatus.READY


def stock_wish(*, display: DisplayStatus, provider: str) -> StockWish:
    """What stock must do now: promise, dispatch, give back, or nothing.

    Orders that Allegro ships (One Fulfillment) lie in Allegro's warehouse, whatever their state. A
    merged order leaves its promises alone: they belong to the line items, which moved on.
    """
    if display == DisplayStatus.SUPERSEDED:
        return StockWish.LEAVE
    if provider == ALLEGRO:
        return StockWish.NOT_OURS
    if display == DisplayStatus.CANCELLED:
        return StockWish.RELEASE
    return StockWish.CONSUME if display in DISPATCHED else StockWish.RESERVE
