"""Transfers and what is on its way."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Greatest

from core.paging import Page, paged
from inventory.enums import TransferState
from inventory.models import Transfer, TransferLine

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50


def transfers_of(*, organization: Organization, state: str = "") -> QuerySet[Transfer]:
    """The transfers, newest first, with the number of their lines and pieces."""
    transfers: QuerySet[Transfer] = Transfer.objects.for_organization(organization)
    if state in TransferState.values:
        transfers = transfers.filter(state=state)
    return transfers.select_related("source", "destination", "actor").order_by("-pk")


def transfer_page(*, organization: Organization, state: str = "", page: int = 1) -> Page[Any]:
    """One page of transfers, each with ``line_count`` and ``pieces``."""
    found = transfers_of(organization=organization, state=state)
    listed: Page[Any] = paged(found, number=page, size=PAGE_SIZE)
    sums = {
        row["transfer_id"]: row
        for row in TransferLine.objects.filter(transfer__in=[one.pk for one in listed.items])
        .order_by()
        .values("transfer_id")
        .annotate(lines=Count("pk"), pieces=Sum("quantity"))
    }
    for one in listed.items:
        one.line_count = sums.get(one.pk, {}).get("lines", 0)
        one.pieces = sums.get(one.pk, {}).get("pieces", 0)
    return listed


def transfer_detail(*, transfer: Transfer) -> dict[str, Any]:
    """What the page of a transfer shows."""
    lines = list(transfer.lines.select_related("product").order_by("pk"))
    return {
        "transfer": transfer,
        "lines": lines,
        "pieces": sum(line.quantity for line in lines),
        "on_the_way": sum(line.open for line in lines) if transfer.state == "SENT" else 0,
        "receipts": list(transfer.receipts.select_related("actor").order_by("-pk")[:20]),
    }


def in_transit(*, organization_id: int, product_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Pieces on their way, {(warehouse they go to, product): pieces}, in one query."""
    if not product_ids:
        return {}
    rows = (
        TransferLine.objects.filter(
            organization_id=organization_id,
            product_id__in=product_ids,
            transfer__state=TransferState.SENT,
        )
        .order_by()
        .values_list("transfer__destination_id", "product_id")
        .annotate(open=Sum(Greatest(F("quantity") - F("received") - F("missing"), 0)))
    )
    return {
        (warehouse_id, product_id): pieces for warehouse_id, product_id, pieces in rows if pieces
    }
