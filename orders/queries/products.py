"""Whether a product was ever ordered."""

from __future__ import annotations

from orders.models import OrderLine
from products.models import Product


def is_ordered(product: Product) -> bool:
    """Whether a line of an order carries the product's code."""
    lines = OrderLine.objects.filter(
        organization_id=product.organization_id, external_id=product.code
    )
    return lines.exists()
