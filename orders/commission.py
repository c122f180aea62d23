"""When Allegro's commission of a line may be claimed back. No writes, no network.

A claim made before the buyer has the money back, or before the order is cancelled, is declined and
cannot be made again (allegro-api#7549); one made later than 45 days after the charge is refused
(allegro-api#3001).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from orders.enums import ClaimStatus, FormStatus, RefundStatus
from orders.models import CommissionClaim, Order, OrderLine, Refund
from orders.money_back import paid_for
from orders.problems import ClaimTooEarly, ClaimTooLate

WINDOW = timedelta(days=45)
FINAL = frozenset({ClaimStatus.GRANTED, ClaimStatus.REJECTED_AFTER_APPEAL, ClaimStatus.CANCELLED})
REJECTED = frozenset({ClaimStatus.REJECTED, ClaimStatus.REJECTED_AFTER_APPEAL})
AUTOMATIC = "AUTOMATIC"


def claimable_until(line: OrderLine) -> datetime | None:
    """The last moment for a claim; the commission is charged with the purchase."""
    bought_at = line.bought_at or line.order.bought_at
    return bought_at + WINDOW if bought_at else None


def refuse_unclaimable(*, order: Order, line: OrderLine, now: datetime) -> None:
    """Raise :class:`ClaimTooLate` or :class:`ClaimTooEarly` by what is recorded of the order."""
    until = claimable_until(line)
    if until is not None and now > until:
        raise ClaimTooLate
    if not has_money_back(order, line):
        raise ClaimTooEarly


def has_money_back(order: Order, line: OrderLine) -> bool:
    """Whether the buyer owes nothing for the line any more: it was refunded, or never paid and cancelled.

    A refund without lines (delivery alone, or told without them) speaks for no line.
    """
    refunds = Refund.objects.filter(
        order=order, status__in=[RefundStatus.SUCCESS, RefundStatus.PARTIAL]
    )
    if any(told.get("id") == line.line_item_id for one in refunds for told in one.lines):
        return True
    is_cancelled = FormStatus.CANCELLED in (order.status, order.fulfilment_status)
    return is_cancelled and paid_for(order) <= 0


def standing_claim(line: OrderLine) -> CommissionClaim | None:
    """The claim that stands for a line, made by whomever; a withdrawn one does not count."""
    standing: CommissionClaim | None = (
        CommissionClaim.objects.filter(line=line)
        .exclude(status=ClaimStatus.CANCELLED)
        .order_by("-pk")
        .first()
    )
    return standing
