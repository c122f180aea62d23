"""What stock tells the catalogue: pieces left to sell, and what keeps a product from being deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy

from inventory.models import BundlePart, Hold, Reservation, StockLevel, StockMovement
from inventory.queries.availability import available_by_product
from products.holding import register_holder
from products.joining import register_obstacle
from products.models import Product


def available(organization_id: int, product_ids: Collection[int]) -> Mapping[int, int]:
    """Pieces left to sell; see :func:`available_by_product`."""
    return available_by_product(organization_id=organization_id, product_ids=product_ids)


def register_holders() -> None:
    """The ledger is kept, promises are kept, and a bundle needs its parts."""
    register_holder("inventory.movements", gettext_lazy("Movements of stock"), has_moved)
    register_holder("inventory.promises", gettext_lazy("Reserved pieces"), is_promised)
    register_holder("inventory.bundles", gettext_lazy("Bundles"), is_bundled)


def register_obstacles() -> None:
    """Stock is not moved from product to product in silence: it has a ledger."""
    register_obstacle(
        "inventory.pieces",
        label=gettext_lazy("it has stock or reserved pieces"),
        remedy=gettext_lazy("Set its stock to 0 and add the pieces to the product you keep."),
        hinders=has_pieces,
    )
    register_obstacle(
        "inventory.bundles",
        label=gettext_lazy("it is a bundle or a part of one"),
        remedy=gettext_lazy("Change the bundle first."),
        hinders=is_bundled,
    )


def has_moved(product: Product) -> bool:
    return StockMovement.objects.filter(product=product).exists()


def is_promised(product: Product) -> bool:
    return (
        Reservation.objects.filter(product=product).exists()
        or Hold.objects.filter(product=product).exists()
    )


def is_bundled(product: Product) -> bool:
    """Whether it is a bundle or a part of one."""
    return BundlePart.objects.filter(bundle=product).exists() or (
        BundlePart.objects.filter(part=product).exists()
    )


def has_pieces(product: Product) -> bool:
    """Whether pieces of it lie somewhere or are promised to somebody."""
    levels = StockLevel.objects.filter(organization_id=product.organization_id, product=product)
    return levels.exclude(on_hand=0, reserved=0).exists()
