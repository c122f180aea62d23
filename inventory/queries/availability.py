"""What may be sold of a product, over many products at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from inventory.models import StockLevel

# A closed warehouse gives nothing; the default one counts whatever its switch says.
OPEN = Q(warehouse__active=True) | Q(warehouse__is_default=True)


def available_by_product(
    *, organization_id: int, product_ids: Collection[int], warehouse_ids: Collection[int] = ()
) -> dict[int, int]:
    """Pieces left to sell of each product, on hand less reserved; below zero when oversold.

    Counted over ``warehouse_ids``, or over every open warehouse when none is named; closed ones give
    nothing. A product no stock is kept of anywhere is left out, because 0 would claim knowledge.
    """
    places = OPEN & Q(warehouse_id__in=warehouse_ids) if warehouse_ids else OPEN
    sums = (
        StockLevel.objects.filter(organization_id=organization_id, product_id__in=product_ids)
        .order_by()
        .values_list("product_id")
        .annotate(left=Coalesce(Sum(F("on_hand") - F("reserved"), filter=places), 0))
    )
    return dict(sums)
