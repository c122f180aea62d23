"""The ledger as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet

from inventory.models import StockMovement

COLUMNS = (
    "id", "at", "kind", "product_code", "product_name", "warehouse_code", "on_hand_change",
    "on_hand_after", "reserved_change", "reserved_after", "reason", "reference",
)  # fmt: skip
CHUNK = 2_000


def ledger_lines(movements: QuerySet[StockMovement]) -> Iterator[str]:
    """The movements as CSV (UTF-8 with BOM, ``;``), a line at a time, read in chunks."""
    yield "\ufeff" + _line(COLUMNS)
    for movement in movements.iterator(chunk_size=CHUNK):
        yield _line(
            (
                movement.pk,
                movement.at.isoformat(timespec="seconds"),
                movement.kind,
                _harmless(movement.product.code),
                _harmless(movement.product.name),
                _harmless(movement.warehouse.code),
                movement.on_hand_change,
                movement.on_hand_after,
                movement.reserved_change,
                movement.reserved_after,
                _harmless(movement.reason),
                _harmless(movement.reference),
            )
        )


def _line(cells: tuple[object, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _harmless(text: str) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
