"""The ledger as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from core.sheets import BOM, harmless, sheet_line
from inventory.models import StockMovement

COLUMNS = (
    "id", "at", "kind", "product_code", "product_name", "warehouse_code", "on_hand_change",
    "on_hand_after", "reserved_change", "reserved_after", "reason", "reference",
)  # fmt: skip
CHUNK = 2_000


def ledger_lines(movements: QuerySet[StockMovement]) -> Iterator[str]:
    """The movements as CSV (UTF-8 with BOM, ``;``), a line at a time, read in chunks."""
    yield BOM + sheet_line(COLUMNS)
    for movement in movements.iterator(chunk_size=CHUNK):
        yield sheet_line(
            (
                movement.pk,
                movement.at.isoformat(timespec="seconds"),
                movement.kind,
                harmless(movement.product.code),
                harmless(movement.product.name),
                harmless(movement.warehouse.code),
                movement.on_hand_change,
                movement.on_hand_after,
                movement.reserved_change,
                movement.reserved_after,
                harmless(movement.reason),
                harmless(movement.reference),
            )
        )
