"""Row locks of the ledger. Always taken in the order of primary keys, so two takers never wait in a ring."""

from __future__ import annotations

from collections.abc import Collection

from inventory.models import StockLevel
from products.models import Product


def lock_levels(*, organization_id: int, product_ids: Collection[int]) -> list[StockLevel]:
    """The levels of these products in every warehouse, locked until the transaction ends.

    This lock also guards the reservations of the products: whoever changes one holds it.
    """
    return list(
        StockLevel.objects.filter(organization_id=organization_id, product_id__in=product_ids)
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def lock_products(*, organization_id: int, product_ids: Collection[int]) -> dict[int, Product]:
    """The organization's products of these ids, locked until the transaction ends.

    Not against rows that refer to them: a sale of a product need not wait for this.
    """
    locked = (
        Product.objects.filter(organization_id=organization_id, pk__in=product_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {product.pk: product for product in locked}
