"""The same act on many orders, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core import audit
from core.errors import HubError
from orders.enums import Fulfilment
from orders.guards import refuse_not_ours, refuse_stopped
from orders.models import Order, OrderWrite
from orders.operations.fulfilment import request_fulfilment

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one order: the write that is under way, or why there is none."""

    order: Order
    write: OrderWrite | None = None
    refusal: HubError | None = None


def why_not_sent(*, order: Order) -> HubError | None:
    """What would refuse "sent" for the order as it is recorded now; None when nothing does. Pure."""
    try:
        refuse_not_ours(order)
        refuse_stopped(order, despite_stop=False, leaves=True)
    except HubError as refusal:
        return refusal
    return None


def mark_sent(*, orders: Iterable[Order], actor: User | None, now: datetime) -> list[Outcome]:
    """Ask Allegro to show each order as sent; one that cannot be does not hold up the others.

    The same request again is the same write. See :func:`request_fulfilment` for what is refused.
    """
    outcomes = []
    for order in orders:
        try:
            write = request_fulfilment(
                order=order, status=Fulfilment.SENT.value, actor=actor, now=now
            )
        except HubError as refusal:
            outcomes.append(Outcome(order, refusal=refusal))
        else:
            outcomes.append(Outcome(order, write=write))
    return outcomes


def note_printed(*, orders: Sequence[Order], what: str, actor: User | None, now: datetime) -> None:
    """Audit that a paper of these orders was made: ``what`` is its name as people know it."""
    if orders:
        audit.record_many(
            action="order.printed",
            targets=orders,
            actor=actor,
            organization_id=orders[0].organization_id,
            now=now,
            after={"what": what},
        )
