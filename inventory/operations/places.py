"""Where promised pieces can lie: the organization's open warehouses and the levels in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inventory.locks import lock_levels
from inventory.models import StockLevel, Warehouse
from inventory.operations.warehouses import ensure_default_warehouse


@dataclass(frozen=True, slots=True)
class Places:
    """The default warehouse, and the ones that may be sold from; the default one always may."""

    default: int
    open: frozenset[int]

    def preferred(self, warehouse_ids: Iterable[int]) -> tuple[int, ...]:
        """The open ones of these, in the same order; none left means that any place will do."""
        return tuple(one for one in warehouse_ids if one in self.open)


def stock_places(*, organization_id: int) -> Places:
    """The organization's places, in one query once there is a default."""
    places = list(
        Warehouse.objects.filter(organization_id=organization_id).values_list(
            "pk", "is_default", "active"
        )
    )
    default = next((pk for pk, is_default, _active in places if is_default), None)
    if default is None:
        default = ensure_default_warehouse(organization_id=organization_id).pk
    return Places(
        default, frozenset({pk for pk, _is_default, active in places if active} | {default})
    )


def make_levels(
    *, organization_id: int, wanted: Collection[tuple[int, tuple[int, ...]]], places: Places
) -> None:
    """Give every (product, preferred warehouses) a level to be promised from.

    A product that lies in none of its preferred places gets a level in the first of them, one without
    preference that lies nowhere gets it in the default warehouse.
    """
    if not wanted:
        return
    somewhere: dict[int, set[int]] = defaultdict(set)
    for product_id, warehouse_id in StockLevel.objects.filter(
        organization_id=organization_id,
        product_id__in={product_id for product_id, _preferred in wanted},
        warehouse_id__in=places.open,
    ).values_list("product_id", "warehouse_id"):
        somewhere[product_id].add(warehouse_id)
    missing = set()
    for product_id, preferred in wanted:
        there = somewhere[product_id]
        if not (there & set(preferred) if preferred else there):
            missing.add((product_id, preferred[0] if preferred else places.default))
    if missing:
        StockLevel.objects.bulk_create(
            (
                StockLevel(
                    organization_id=organization_id, product_id=product_id, warehouse_id=place
                )
                for product_id, place in sorted(missing)
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


def locked_level(*, organization_id: int, product_id: int, warehouse_id: int) -> StockLevel:
    """One level, made where it was missing, with all levels of its product locked."""
    make_levels_in(
        organization_id=organization_id, product_ids=[product_id], warehouse_id=warehouse_id
    )
    locked = lock_levels(organization_id=organization_id, product_ids=[product_id])
    return next(level for level in locked if level.warehouse_id == warehouse_id)


def make_levels_in(
    *, organization_id: int, product_ids: Collection[int], warehouse_id: int
) -> None:
    """Levels of 0 in a warehouse for the products that have none there.

    Called before levels are locked: whoever makes one that another makes too waits for it, and must
    hold nothing then.
    """
    there = StockLevel.objects.filter(
        organization_id=organization_id, product_id__in=product_ids, warehouse_id=warehouse_id
    ).values_list("product_id", flat=True)
    if missing := sorted(set(product_ids) - set(there)):
        StockLevel.objects.bulk_create(
            (
                StockLevel(
                    organization_id=organization_id,
                    product_id=product_id,
                    warehouse_id=warehouse_id,
                )
                for product_id in missing
            ),
            ignore_conflicts=True,
        )
