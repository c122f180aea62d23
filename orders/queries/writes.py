"""Reads of what people asked Allegro to change about orders."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from orders.models import CommissionClaim, Order, OrderWrite, Refund, Shipment
from orders.problems import PROBLEMS, Unforeseen


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """Why a write is not done, in the reader's language; ``detail`` may be Allegro's words."""

    code: str
    title: str
    detail: str
    remedy: str

    @classmethod
    def of(cls, write: OrderWrite) -> ProblemTold | None:
        """The problem of a write; None when it has none."""
        if not write.problem:
            return None
        kind = PROBLEMS.get(write.problem, Unforeseen)
        title = str(kind.title)
        detail = write.last_error if write.last_error != title else ""
        return cls(write.problem, title, detail, str(kind.way_out))


def writes_of(*, order: Order) -> QuerySet[OrderWrite]:
    """Everything asked for about the order, newest first."""
    return OrderWrite.objects.filter(order=order).order_by("-pk")


def shipments_of(*, order: Order) -> QuerySet[Shipment]:
    """The order's tracking numbers, oldest first."""
    return Shipment.objects.filter(order=order).order_by("created_at", "pk")


def refunds_of(*, order: Order) -> QuerySet[Refund]:
    """The order's refunds, newest first."""
    return Refund.objects.filter(order=order).order_by("-created_at", "-pk")


def claims_of(*, order: Order) -> QuerySet[CommissionClaim]:
    """The commission claims of the order's lines, newest first."""
    return (
        CommissionClaim.objects.filter(order=order)
        .select_related("line")
        .order_by("-created_at", "-pk")
    )
