"""The rooms inside Stock."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization
from core.paging import COUNT_CAP
from inventory.enums import HoldState, StocktakeStage, TransferState
from inventory.models import Hold, LowStock, Stocktake, Transfer


def stock_tabs(*, organization: Organization, here: str) -> list[dict[str, Any]]:
    """The tabs over every page of Stock; ``here`` is the URL name of the one that is open.

    What waits for somebody is counted: four light queries on partial indexes.
    """
    counts = {
        "low": LowStock.objects.for_organization(organization),
        "transfers": Transfer.objects.for_organization(organization).filter(
            state=TransferState.SENT
        ),
        "stocktakes": Stocktake.objects.for_organization(organization).filter(
            stage=StocktakeStage.COUNTING
        ),
        "holds": Hold.objects.for_organization(organization).filter(state=HoldState.ACTIVE),
    }
    rooms = [
        (_("Levels"), "list"),
        (_("Low"), "low"),
        (_("Movements"), "movements"),
        (_("Transfers"), "transfers"),
        (_("Stocktakes"), "stocktakes"),
        (_("Reservations"), "holds"),
        (_("Warehouses"), "warehouses"),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"inventory:{name}"),
            "active": name == here,
            "count": _counted(counts[name]) if name in counts else "",
        }
        for label, name in rooms
    ]


def _counted(rows: Any) -> str:
    number = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    if not number:
        return ""
    return f"{COUNT_CAP:,}+" if number > COUNT_CAP else f"{number:,}"
