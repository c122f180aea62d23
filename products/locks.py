from __future__ import annotations

from products.models import Product


def lock_product(*, product: Product) -> Product:
    """The product as it is now, locked until the transaction ends."""
    locked: Product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    return locked
