""" "Cannot fulfil": money back, status, commission, as writes that follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from core import audit
from orders.enums import Fulfilment
from orders.guards import refuse_not_ours
from orders.locks import lock_order
from orders.models import Cancellation, Order, OrderWrite
from orders.operations.claims import request_claim
from orders.operations.fulfilment import request_fulfilment
from orders.operations.refunds import request_refund
from orders.problems import NothingToCancel
from orders.queries.cancellations import CancelPlan, plan_cancellation

if TYPE_CHECKING:
    from accounts.models import User


def request_cancellation(
    *,
    order: Order,
    token: UUID,
    actor: User | None,
    now: datetime,
    quantities: Mapping[str, int] | None = None,
    comment: str = "",
) -> Cancellation:
    """Ask for everything a seller does who cannot fulfil an order, or ``quantities`` of its lines.

    Three steps, each waiting for the one before: the buyer's money goes back (reason
    PRODUCT_NOT_AVAILABLE), the order becomes CANCELLED (a whole one only), the commission of each
    line is claimed as soon as that may be. A step that fails waits for a person; tried again or let
    go, the rest goes on. The same ``token`` asks once. Raises what the steps raise, and nothing is
    written then; :class:`NothingToCancel` when there is nothing to do.
    """
    refuse_not_ours(order)
    with transaction.atomic():
        lock_order(order_id=order.pk)
        earlier: Cancellation | None = Cancellation.objects.filter(order=order, token=token).first()
        if earlier is not None:
            return earlier
        plan = plan_cancellation(order=order, quantities=quantities, comment=comment, now=now)
        if plan.is_empty:
            raise NothingToCancel
        cancellation: Cancellation = Cancellation.objects.create(
            organization_id=order.organization_id,
            order=order,
            whole=plan.whole,
            lines=[
                {"line_item_id": key, "quantity": number} for key, number in plan.pieces.items()
            ],
            token=token,
            requested_by=actor,
            requested_at=now,
        )
        _write_steps(cancellation, plan, actor, now)
        audit.record(
            action="order.cannot_fulfil",
            target=order,
            actor=actor,
            organization_id=order.organization_id,
            now=now,
            after={"whole": plan.whole, "refund": str(plan.refund_total or Decimal(0))},
        )
    return cancellation


def _write_steps(
    cancellation: Cancellation, plan: CancelPlan, actor: User | None, now: datetime
) -> None:
    order = cancellation.order
    last: OrderWrite | None = None
    if plan.refund is not None:
        last = request_refund(
            order=order, wish=plan.refund, actor=actor, now=now, cancellation=cancellation
        )
    if plan.sets_status:
        last = request_fulfilment(
            order=order,
            status=Fulfilment.CANCELLED,
            actor=actor,
            now=now,
            cancellation=cancellation,
            after_write=last,
        )
    for line, quantity in plan.claims:
        request_claim(
            order=order,
            line=line,
            quantity=quantity,
            actor=actor,
            now=now,
            when_possible=True,
            cancellation=cancellation,
            after_write=last,
        )
