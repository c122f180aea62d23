"""Stock that comes in files: thousands of levels in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inventory.enums import MovementKind
from inventory.operations.ledger import tell_stock_changed
from inventory.operations.setting import HIGHEST, InvalidStock
from inventory.operations.warehouses import warehouses_by_code


@dataclass(frozen=True, slots=True)
class ImportedLevel:
    """One product's row of a file. None leaves the number as it is; no warehouse is the default one."""

    product_id: int
    warehouse_code: str = ""
    on_hand: int | None = None
    minimum: int | None = None


# Every statement reads the rows as this relation; products of other organizations drop out.
ROWS = """
    SELECT file.* FROM unnest(%(products)s::bigint[], %(warehouses)s::bigint[], %(on_hand)s::int[],
                              %(minimum)s::int[])
           AS file (product_id, warehouse_id, on_hand, minimum)
      JOIN products_product AS product
        ON product.id = file.product_id AND product.organization_id = %(organization)s
"""
MAKE_LEVELS = f"""
    INSERT INTO inventory_stocklevel
           (organization_id, product_id, warehouse_id, on_hand, reserved, updated_at)
    SELECT %(organization)s, product_id, warehouse_id, 0, 0, %(now)s FROM ({ROWS}) AS file
     ORDER BY product_id, warehouse_id
        ON CONFLICT (product_id, warehouse_id) DO NOTHING
"""  # noqa: S608 -- ROWS is a constant
LOCK_LEVELS = f"""
    SELECT level.id FROM inventory_stocklevel AS level
     WHERE (level.product_id, level.warehouse_id)
           IN (SELECT product_id, warehouse_id FROM ({ROWS}) AS file)
     ORDER BY level.id FOR UPDATE OF level
"""  # noqa: S608
MOVE = f"""
    WITH moved AS (
        INSERT INTO inventory_stockmovement
               (organization_id, warehouse_id, product_id, kind, on_hand_change, reserved_change,
                on_hand_after, reserved_after, reason, reference, key, at)
        SELECT %(organization)s, level.warehouse_id, level.product_id, %(kind)s,
               file.on_hand - level.on_hand, 0, file.on_hand, level.reserved, '', %(reference)s,
               'import:' || %(reference)s || ':' || level.product_id || ':' || level.warehouse_id,
               %(now)s
          FROM ({ROWS}) AS file
          JOIN inventory_stocklevel AS level USING (product_id, warehouse_id)
         WHERE file.on_hand <> level.on_hand
            ON CONFLICT (organization_id, key) DO NOTHING
     RETURNING product_id, warehouse_id, on_hand_after
    )
    UPDATE inventory_stocklevel AS level
       SET on_hand = moved.on_hand_after, updated_at = %(now)s
      FROM moved
     WHERE level.product_id = moved.product_id AND level.warehouse_id = moved.warehouse_id
 RETURNING level.product_id
"""  # noqa: S608
SET_MINIMUM = f"""
    UPDATE inventory_stocklevel AS level
       SET minimum = file.minimum, updated_at = %(now)s
      FROM ({ROWS}) AS file
     WHERE level.product_id = file.product_id AND level.warehouse_id = file.warehouse_id
       AND file.minimum IS NOT NULL AND level.minimum IS DISTINCT FROM file.minimum
"""  # noqa: S608


def import_levels(
    *, organization_id: int, rows: Sequence[ImportedLevel], reference: str, now: datetime
) -> int:
    """Set stock and minimum from a file; returns how many levels got another number on hand.

    Warehouses are made where a code is new. ``reference`` (the import and its batch) makes a
    repetition of the same rows count once. Of rows for one product and place the last one counts;
    products of other organizations are ignored. Reservations stay. Publishes ``stock.changed``.
    Raises :class:`InvalidStock` for numbers below zero, before anything is written.
    """
    _refuse_impossible(rows)
    if not rows:
        return 0
    with transaction.atomic():
        places = warehouses_by_code(
            organization_id=organization_id, codes={row.warehouse_code for row in rows}
        )
        last = {(row.product_id, places[row.warehouse_code].pk): row for row in rows}
        values = {
            "organization": organization_id,
            "now": now,
            "kind": MovementKind.IMPORT.value,
            "reference": reference[:60],
            "products": [product_id for product_id, _place in last],
            "warehouses": [place for _product, place in last],
            "on_hand": [row.on_hand for row in last.values()],
            "minimum": [row.minimum for row in last.values()],
        }
        with connection.cursor() as cursor:
            cursor.execute(MAKE_LEVELS, values)
            cursor.execute(LOCK_LEVELS, values)
            cursor.execute(MOVE, values)
            moved: list[int] = [row[0] for row in cursor.fetchall()]
            cursor.execute(SET_MINIMUM, values)
        tell_stock_changed(organization_id=organization_id, product_ids=set(moved))
    return len(moved)


def _refuse_impossible(rows: Sequence[ImportedLevel]) -> None:
    for row in rows:
        for number in (row.on_hand, row.minimum):
            if number is not None and not 0 <= number <= HIGHEST:
                raise InvalidStock(
                    _("Stock is a whole number from 0, not %(number)d.") % {"number": number}
                )
