"""Reads of money that goes back: refunds to buyers, commission to the seller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from core.enums import WorkState
from orders.commission import claimable_until, has_money_back
from orders.enums import ClaimStatus, WriteKind
from orders.models import CommissionClaim, Order, OrderLine, Refund
from orders.queries.writes import WriteRow, rows_of
from orders.tones import CLAIM_TONES, Labelled, labelled


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


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A line on the commission page: what stands, what may be asked, until when."""

    line: OrderLine
    claim: Labelled | None
    write: WriteRow | None
    until: datetime | None
    may_claim: bool
    too_late: bool


def claim_rows(*, order: Order, now: datetime) -> list[ClaimRow]:
    """The order's lines with their commission claims."""
    standing: dict[int, CommissionClaim] = {}
    for claim in claims_of(order=order).exclude(status=ClaimStatus.CANCELLED):
        standing.setdefault(claim.line_id, claim)
    kinds = [WriteKind.COMMISSION_CLAIM, WriteKind.CLAIM_CANCEL]
    open_writes = {
        row.write.requested.get("line_item_id"): row
        for row in rows_of(order.writes.filter(kind__in=kinds).exclude(state=WorkState.DONE))
    }
    rows = []
    for line in order.lines.select_related("order").order_by("position", "pk"):
        found, until = standing.get(line.pk), claimable_until(line)
        rows.append(
            ClaimRow(
                line=line,
                claim=labelled(found, ClaimStatus, CLAIM_TONES) if found else None,
                write=open_writes.get(line.line_item_id),
                until=until,
                may_claim=has_money_back(order, line),
                too_late=until is not None and now > until,
            )
        )
    return rows
