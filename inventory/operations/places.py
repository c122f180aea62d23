"""Where promised pieces can lie: the organization's open warehouses and the levels in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from inventory.locks import lock_levels
from inventory.models import StockLevel, Warehouse
from inventory.operations.warehouses import ensure_default_warehouse


def stock_places(*, organization_id: int) -> tuple[int, set[int]]:
    """The default warehouse's id and the closed ones', in one query once there is a default."""
    places = list(
        Warehouse.objects.filter(organization_id=organization_id).values_list(
            "pk", "is_default", "active"
        )
    )
    default = next((pk for pk, is_default, _active in places if is_default), None)
    closed = {pk for pk, _is_default, active in places if not active}
    if default is None:
        default = ensure_default_warehouse(organization_id=organization_id).pk
    return default, closed


def make_levels(
    *, organization_id: int, product_ids: Collection[int], default: int, closed: Collection[int]
) -> None:
    """Give products that have no level in an open warehouse one in the default warehouse."""
    if not product_ids:
        return
    somewhere = (
        StockLevel.objects.filter(organization_id=organization_id, product_id__in=product_ids)
        .exclude(warehouse_id__in=closed)
        .values_list("product_id", flat=True)
    )
    nowhere = sorted(set(product_ids) - set(somewhere))
    if nowhere:
        StockLevel.objects.bulk_create(
            (
                StockLevel(
                    organization_id=organization_id, product_id=product_id, warehouse_id=default
                )
                for product_id in nowhere
            ),
            ignore_conflicts=True,
        )


def levels_by_product(
    *, organization_id: int, product_ids: Collection[int]
) -> dict[int, list[StockLevel]]:
    """The locked levels of these products."""
    levels: dict[int, list[StockLevel]] = defaultdict(list)
    for level in lock_levels(organization_id=organization_id, product_ids=product_ids):
        levels[level.product_id].append(level)
    return levels
