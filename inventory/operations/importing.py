"""Stock that comes in files: thousands of levels in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inventory.enums import MovementKind
from inventory.locks import lock_levels
from inventory.models import StockLevel, Warehouse
from inventory.operations.ledger import HIGHEST, InvalidStock, tell_stock_changed
from inventory.operations.warehouses import warehouses_by_code
from inventory.queries.bundles import components_of
from products.models import Product


@dataclass(frozen=True, slots=True)
class ImportedLevel:
    """One product's row of a file. None leaves the number as it is; no warehouse is the default one."""

    product_id: int
    warehouse_code: str = ""
    on_hand: int | None = None
    minimum: int | None = None


# Plain arrays and no joins: right after a big insert the planner knows nothing of the tables, and a
# wrong guess turned seconds into a minute.
MAKE_LEVELS = """
    INSERT INTO inventory_stocklevel
           (organization_id, product_id, warehouse_id, on_hand, reserved, updated_at)
    SELECT %s, file.product_id, file.warehouse_id, 0, 0, %s
      FROM unnest(%s::bigint[], %s::bigint[]) AS file (product_id, warehouse_id)
        ON CONFLICT (product_id, warehouse_id) DO NOTHING
"""
LOCK_LEVELS = """
    SELECT product_id, warehouse_id, id, on_hand, reserved, minimum
      FROM inventory_stocklevel
     WHERE organization_id = %s AND product_id = ANY(%s)
     ORDER BY id FOR UPDATE
"""
WRITE_MOVEMENTS = """
    INSERT INTO inventory_stockmovement
           (organization_id, kind, reference, at, reason, reserved_change,
            key, product_id, warehouse_id, on_hand_change, on_hand_after, reserved_after)
    SELECT %s, %s, %s, %s, '', 0, moved.*
      FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::int[]) AS moved
        ON CONFLICT (organization_id, key) DO NOTHING
 RETURNING product_id, warehouse_id
"""
WRITE_NUMBERS = """
    UPDATE inventory_stocklevel AS level
       SET on_hand = new.on_hand, minimum = new.minimum, updated_at = %s
      FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS new (id, on_hand, minimum)
     WHERE level.id = new.id
"""

Place = tuple[int, int]  # (product id, warehouse id)


@dataclass(frozen=True, slots=True)
class _Level:
    pk: int
    on_hand: int
    reserved: int
    minimum: int | None


def import_levels(
    *, organization_id: int, rows: Sequence[ImportedLevel], reference: str, now: datetime
) -> int:
    """Set stock and minimum from a file; returns how many levels got another number on hand.

    Warehouses are made where a code is new. ``reference`` (the import and its batch) makes a
    repetition of the same rows count once. Of rows for one product and place the last one counts;
    bundles (only their parts have stock) and products of other organizations are ignored.
    Reservations stay. Publishes ``stock.changed``.
    Raises :class:`InvalidStock` for numbers below zero, before anything is written.
    """
    _refuse_impossible(rows)
    if not rows:
        return 0
    with transaction.atomic():
        told = _by_place(organization_id, rows)
        levels = _locked_levels(organization_id, told, now)
        moves = [
            (place, level, told[place].on_hand or 0)
            for place, level in levels.items()
            if told[place].on_hand not in (None, level.on_hand)
        ]
        moved = _write_movements(organization_id, moves, reference[:60], now)
        _write_numbers(told, levels, moved, now)
        tell_stock_changed(
            organization_id=organization_id, product_ids={product_id for product_id, _ in moved}
        )
    return len(moved)


def _by_place(organization_id: int, rows: Sequence[ImportedLevel]) -> dict[Place, ImportedLevel]:
    places = warehouses_by_code(
        organization_id=organization_id, codes={row.warehouse_code for row in rows}
    )
    own = set(
        Product.objects.filter(
            organization_id=organization_id, pk__in={row.product_id for row in rows}
        ).values_list("pk", flat=True)
    )
    own -= components_of(organization_id=organization_id, product_ids=own).keys()
    told = {
        (row.product_id, places[row.warehouse_code].pk): row
        for row in rows
        if row.product_id in own
    }
    return dict(sorted(told.items()))


def _locked_levels(
    organization_id: int, told: dict[Place, ImportedLevel], now: datetime
) -> dict[Place, _Level]:
    products, warehouses = [place[0] for place in told], [place[1] for place in told]
    with connection.cursor() as cursor:
        cursor.execute(MAKE_LEVELS, [organization_id, now, products, warehouses])
        cursor.execute(LOCK_LEVELS, [organization_id, products])
        found = {(row[0], row[1]): _Level(*row[2:]) for row in cursor.fetchall()}
    return {place: level for place, level in found.items() if place in told}


def _write_movements(
    organization_id: int, moves: list[tuple[Place, _Level, int]], reference: str, now: datetime
) -> set[Place]:
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_MOVEMENTS,
            [
                organization_id,
                MovementKind.IMPORT.value,
                reference,
                now,
                [
                    f"import:{reference}:{product}:{place}"
                    for (product, place), _level, _new in moves
                ],
                [product for (product, _place), _level, _new in moves],
                [place for (_product, place), _level, _new in moves],
                [new - level.on_hand for _where, level, new in moves],
                [new for _where, _level, new in moves],
                [level.reserved for _where, level, _new in moves],
            ],
        )
        return {(row[0], row[1]) for row in cursor.fetchall()}


def _write_numbers(
    told: dict[Place, ImportedLevel],
    levels: dict[Place, _Level],
    moved: set[Place],
    now: datetime,
) -> None:
    new = []
    for place, level in levels.items():
        row = told[place]
        on_hand = row.on_hand if place in moved else level.on_hand
        minimum = level.minimum if row.minimum is None else row.minimum
        if (on_hand, minimum) != (level.on_hand, level.minimum):
            new.append((level.pk, on_hand, minimum))
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_NUMBERS,
            [
                now,
                [pk for pk, _, _ in new],
                [pieces for _, pieces, _ in new],
                [low for _, _, low in new],
            ],
        )


def _refuse_impossible(rows: Sequence[ImportedLevel]) -> None:
    for row in rows:
        for number in (row.on_hand, row.minimum):
            if number is not None and not 0 <= number <= HIGHEST:
                raise InvalidStock(
                    _("Stock is a whole number from 0, not %(number)d.") % {"number": number}
                )


def forget_minimums(
    *, organization_id: int, places: Sequence[tuple[int, str]], now: datetime
) -> None:
    """Take the minimum off levels, given as (product id, code of the warehouse)."""
    if not places:
        return
    wanted = set(places)
    levels = lock_levels(
        organization_id=organization_id, product_ids={product_id for product_id, _ in wanted}
    )
    codes = dict(
        Warehouse.objects.filter(organization_id=organization_id).values_list("pk", "code")
    )
    unset = [
        level.pk for level in levels if (level.product_id, codes[level.warehouse_id]) in wanted
    ]
    StockLevel.objects.filter(pk__in=unset).update(minimum=None, updated_at=now)
