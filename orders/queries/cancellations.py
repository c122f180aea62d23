"""What "cannot fulfil" will do to an order, to be seen before it is done, and how far it is then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.enums import WorkState
from orders.commission import claimable_until, standing_claim
from orders.enums import FormStatus, RefundReason, WriteKind
from orders.models import Cancellation, Order, OrderLine
from orders.money_back import (
    Preview,
    RefundWish,
    all_that_is_left,
    paid_for,
    preview_refund,
    refunded_of,
)
from orders.problems import CancelUnusable


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """The steps of one cancellation. ``pieces`` is by line item; what is skipped says why."""

    whole: bool
    pieces: dict[str, int]
    refund: RefundWish | None = None
    refund_preview: Preview | None = None
    sets_status: bool = False
    claims: list[tuple[OrderLine, int]] = field(default_factory=list)
    claimed_already: list[OrderLine] = field(default_factory=list)
    claim_too_late: list[OrderLine] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.refund or self.sets_status or self.claims)

    @property
    def refund_total(self) -> Decimal | None:
        return self.refund_preview.total if self.refund_preview else None


def plan_cancellation(
    *,
    order: Order,
    quantities: Mapping[str, int] | None,
    now: datetime,
    comment: str = "",
) -> CancelPlan:
    """Work out the steps by what is recorded. ``quantities`` None, or all pieces, is the whole order.

    Nothing is refunded when nothing was paid through Allegro, or all went back already. Commission
    is claimed for what Allegro charged it for: orders that were ready, within 45 days, lines without
    a claim. Raises :class:`CancelUnusable`, and :class:`~orders.problems.RefundTooHigh` when earlier
    refunds leave less than these lines cost.
    """
    lines = list(order.lines.select_related("order").order_by("position", "pk"))
    pieces = _pieces(lines, quantities)
    whole = all(pieces.get(line.line_item_id, 0) == line.quantity for line in lines)
    refund, preview = _refund(order, None if whole else pieces, comment)
    plan = CancelPlan(
        whole=whole,
        pieces=pieces,
        refund=refund,
        refund_preview=preview,
        sets_status=whole and order.fulfilment_status != FormStatus.CANCELLED,
    )
    if order.ready_at is not None:
        for line in lines:
            if line.line_item_id in pieces:
                _plan_claim(plan, line, pieces[line.line_item_id], now)
    return plan


def newest_cancellation(*, order: Order) -> Cancellation | None:
    """The last "cannot fulfil" of the order, finished or not."""
    found: Cancellation | None = Cancellation.objects.filter(order=order).order_by("-pk").first()
    return found


def cancel_steps(*, cancellation: Cancellation) -> list[dict[str, str]]:
    """The three steps with their states, for the page of a cancellation."""
    names = {
        WriteKind.REFUND: _("Money back"),
        WriteKind.FULFILMENT: _("Order cancelled"),
        WriteKind.COMMISSION_CLAIM: _("Commission claimed"),
    }
    writes = list(cancellation.writes.order_by("pk"))
    steps: list[dict[str, str]] = []
    is_current = True
    for kind, label in names.items():
        mine = [write for write in writes if write.kind == kind]
        if not mine:
            continue
        if all(write.state == WorkState.DONE for write in mine):
            steps.append({"label": label, "state": "done"})
        else:
            steps.append({"label": label, "state": "current" if is_current else "todo"})
            is_current = False
    return steps


def _pieces(lines: list[OrderLine], quantities: Mapping[str, int] | None) -> dict[str, int]:
    if quantities is None:
        return {line.line_item_id: line.quantity for line in lines if line.quantity}
    bounds = {line.line_item_id: line.quantity for line in lines}
    chosen = {key: number for key, number in quantities.items() if number}
    if not chosen or any(not 1 <= n <= bounds.get(key, 0) for key, n in chosen.items()):
        raise CancelUnusable(fields={"lines": [str(CancelUnusable.title)]})
    return chosen


def _refund(
    order: Order, quantities: Mapping[str, int] | None, comment: str
) -> tuple[RefundWish | None, Preview | None]:
    if paid_for(order) <= refunded_of(order):
        return None, None
    wish = all_that_is_left(
        order=order, reason=RefundReason.PRODUCT_NOT_AVAILABLE.value, quantities=quantities
    )
    wish = RefundWish(
        wish.reason, wish.lines, wish.delivery, wish.additional_services, wish.overpaid,
        wish.surcharges, comment,
    )  # fmt: skip
    return wish, preview_refund(order=order, wish=wish)


def _plan_claim(plan: CancelPlan, line: OrderLine, quantity: int, now: datetime) -> None:
    until = claimable_until(line)
    if standing_claim(line) is not None:
        plan.claimed_already.append(line)
    elif until is not None and now > until:
        plan.claim_too_late.append(line)
    else:
        plan.claims.append((line, quantity))
