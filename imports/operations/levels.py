"""Stock columns of a batch: minimum levels or pieces on hand, as the seller said."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from imports.enums import StockMeaning
from imports.models import ImportJob
from inventory.operations import ImportedLevel, import_levels

ROWS = """
    SELECT b.product_id, b.values -> 'stock', b.before -> 'stock'
      FROM import_batch b
     WHERE b.product_id IS NOT NULL AND b.values ? 'stock'
     ORDER BY b.product_id
"""
# What undo needs: the levels as they were, beside the former values of the product.
REMEMBER = """
    UPDATE import_batch b
       SET before = COALESCE(b.before, '{}') || jsonb_build_object('stock', levels.former)
      FROM (SELECT i.id, COALESCE(jsonb_object_agg(w.code, jsonb_build_object(
                       'on_hand', l.on_hand, 'minimum', l.minimum))
                       FILTER (WHERE w.id IS NOT NULL), '{}') AS former
              FROM import_batch i
              LEFT JOIN inventory_stocklevel l ON l.product_id = i.product_id
              LEFT JOIN inventory_warehouse w ON w.id = l.warehouse_id
             WHERE i.product_id IS NOT NULL AND i.values ? 'stock'
             GROUP BY i.id) AS levels
     WHERE b.id = levels.id
"""


def apply_levels(cursor: Any, *, job: ImportJob, first_line: int, now: datetime) -> int:
    """Set the levels the batch names; returns how many had another number on hand or minimum."""
    cursor.execute(REMEMBER)
    cursor.execute(ROWS)
    meanings = {c["kind"]: c["meaning"] for c in job.stock_columns}
    levels: list[ImportedLevel] = []
    different = 0
    for product_id, stock, former in cursor.fetchall():
        wanted = levels_of(product_id, json.loads(stock), meanings)
        levels += wanted
        different += sum(_differs(level, json.loads(former)) for level in wanted)
    import_levels(
        organization_id=job.organization_id,
        rows=levels,
        reference=f"import:{job.pk}:{first_line}",
        now=now,
    )
    return different


def _differs(level: ImportedLevel, former: dict[str, dict[str, int | None]]) -> bool:
    before = former.get(level.warehouse_code, {})
    return (level.on_hand is not None and level.on_hand != before.get("on_hand", 0)) or (
        level.minimum is not None and level.minimum != before.get("minimum")
    )


def levels_of(
    product_id: int, stock: dict[str, dict[str, int]], meanings: dict[str, str]
) -> list[ImportedLevel]:
    """What a row's stock columns say of its product, place by place, as the seller explained them."""
    on_hand: dict[str, int] = {}
    minimum: dict[str, int] = {}
    for kind, places in stock.items():
        meaning = meanings.get(kind)
        if meaning == StockMeaning.ON_HAND:
            on_hand.update(places)
        elif meaning == StockMeaning.MINIMUM:
            minimum.update(places)
    return [
        ImportedLevel(
            product_id=product_id,
            warehouse_code=place,
            on_hand=on_hand.get(place),
            minimum=minimum.get(place),
        )
        for place in [*on_hand, *(p for p in minimum if p not in on_hand)]
    ]
