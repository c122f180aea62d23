"""What bundles are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.row_ids import among
from inventory.models import BundlePart

if TYPE_CHECKING:
    from products.models import Product


@dataclass(frozen=True, slots=True)
class Component:
    """So many pieces of a product in one piece of a bundle; untracked ones are never scarce."""

    product_id: int
    units: int
    tracked: bool


def components_of(
    *, organization_id: int, product_ids: Collection[int]
) -> dict[int, tuple[Component, ...]]:
    """The parts of those of the products that are bundles, {bundle id: parts}, in one query."""
    if not product_ids:
        return {}
    rows = (
        BundlePart.objects.filter(organization_id=organization_id, bundle_id__in=among(product_ids))
        .order_by("pk")
        .values_list("bundle_id", "part_id", "units", "part__track_inventory")
    )
    found: dict[int, list[Component]] = defaultdict(list)
    for bundle_id, part_id, units, tracked in rows:
        found[bundle_id].append(Component(part_id, units, tracked))
    return {bundle_id: tuple(parts) for bundle_id, parts in found.items()}


def bundles_holding(*, organization_id: int, product_ids: Collection[int]) -> set[int]:
    """The bundles any of these products is a part of: their availability moves with it."""
    return set(
        BundlePart.objects.filter(
            organization_id=organization_id, part_id__in=product_ids
        ).values_list("bundle_id", flat=True)
    )


def parts_of(*, product: Product) -> list[BundlePart]:
    """The rows of a bundle with their products, for people; empty for an ordinary product."""
    parts = BundlePart.objects.filter(organization_id=product.organization_id, bundle=product)
    return list(parts.select_related("part").order_by("pk"))


def bundles_with(*, product: Product) -> list[BundlePart]:
    """The rows of the bundles this product is a part of, with the bundles."""
    rows = BundlePart.objects.filter(organization_id=product.organization_id, part=product)
    return list(rows.select_related("bundle").order_by("pk"))
