"""What may be sold of a product, over many products at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from core.row_ids import among
from inventory.models import StockLevel
from inventory.queries.bundles import Component, components_of

# A closed warehouse gives nothing; the default one counts whatever its switch says.
OPEN = Q(warehouse__active=True) | Q(warehouse__is_default=True)


def available_by_product(
    *, organization_id: int, product_ids: Collection[int], warehouse_ids: Collection[int] = ()
) -> dict[int, int]:
    """Pieces left to sell of each product, on hand less reserved; below zero when oversold.

    Counted over ``warehouse_ids``, or over every open warehouse when none is named; closed ones give
    nothing. A bundle has as many as can be put together from its parts; parts whose stock is not
    tracked do not limit it. Left out, because 0 would claim knowledge: products no stock is kept of
    anywhere, and bundles with such a part or with untracked parts only. Two queries.
    """
    bundles = components_of(organization_id=organization_id, product_ids=product_ids)
    plain = set(product_ids) - set(bundles)
    parts = {one.product_id for components in bundles.values() for one in components}
    left = _own_stock(organization_id, plain | parts, warehouse_ids)
    found = {product_id: left[product_id] for product_id in plain if product_id in left}
    for bundle_id, components in bundles.items():
        pieces = sets_from(components, left)
        if pieces is not None:
            found[bundle_id] = pieces
    return found


def sets_from(components: Collection[Component], left: dict[int, int]) -> int | None:
    """How many sets can be made of what is left of the parts; None when that is not known."""
    limits = [one for one in components if one.tracked]
    if not limits or any(one.product_id not in left for one in limits):
        return None
    return min(left[one.product_id] // one.units for one in limits)


def _own_stock(
    organization_id: int, product_ids: Collection[int], warehouse_ids: Collection[int]
) -> dict[int, int]:
    places = OPEN & Q(warehouse_id__in=warehouse_ids) if warehouse_ids else OPEN
    sums = (
        StockLevel.objects.filter(
            organization_id=organization_id, product_id__in=among(product_ids)
        )
        .order_by()
        .values_list("product_id")
        .annotate(left=Coalesce(Sum(F("on_hand") - F("reserved"), filter=places), 0))
    )
    return dict(sums)
