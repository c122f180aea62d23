"""Row locks of the ledger. Always taken in the order of primary keys, so two takers never wait in a ring."""

from __future__ import annotations

from collections.abc import Collection

from inventory.models import StockLevel


def lock_levels(*, organization_id: int, product_ids: Collection[int]) -> list[StockLevel]:
    """The levels of these products in every warehouse, locked until the transaction ends.

    This lock also guards the reservations of the products: whoever changes one holds it.
    """
    return list(
        StockLevel.objects.filter(organization_id=organization_id, product_id__in=product_ids)
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def locked_level(*, organization_id: int, product_id: int, warehouse_id: int) -> StockLevel:
    """One level, made where it was missing, with all levels of its product locked."""
    StockLevel.objects.bulk_create(
        [
            StockLevel(
                organization_id=organization_id, product_id=product_id, warehouse_id=warehouse_id
            )
        ],
        ignore_conflicts=True,
    )
    locked = lock_levels(organization_id=organization_id, product_ids=[product_id])
    return next(level for level in locked if level.warehouse_id == warehouse_id)
