"""Row locks of the ledger. Always taken in the order of primary keys, so two takers never wait in a ring."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from inventory.enums import HoldState
from inventory.models import Hold, StockLevel, Stocktake, Transfer, Warehouse
from products.models import Product

# The space of the advisory lock under which an organization's low stock is looked at.
LOW_STOCK = 4_601


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


def lock_hold(*, hold: Hold) -> Hold:
    """The hold as it is now, locked before the levels of its products are."""
    locked: Hold = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    return locked


def lock_expired_holds(
    *, now: datetime, limit: int, product_ids: Collection[int] | None = None
) -> list[Hold]:
    """Active holds whose time is over, except those somebody else settles at this moment."""
    expired = Hold.objects.filter(state=HoldState.ACTIVE, expires_at__lte=now)
    if product_ids is not None:
        expired = expired.filter(product_id__in=product_ids)
    return list(expired.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:limit])


def lock_transfer(*, transfer: Transfer) -> Transfer:
    """The transfer as it is now, locked before the levels of its products are."""
    locked: Transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("source", "destination")
        .get(pk=transfer.pk)
    )
    return locked


def lock_numbering(*, organization_id: int) -> None:
    """Whoever gives out the organization's next number of a paper does so alone.

    The default warehouse stands for the organization; rows that refer to it need not wait.
    """
    list(
        Warehouse.objects.filter(organization_id=organization_id, is_default=True)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )


def lock_stocktake(*, stocktake: Stocktake) -> Stocktake:
    """The stocktake as it is now, locked before the levels that are counted."""
    locked: Stocktake = (
        Stocktake.objects.select_for_update(of=("self",), no_key=True)
        .select_related("warehouse")
        .get(pk=stocktake.pk)
    )
    return locked


def lock_low_stock(*, organization_id: int) -> None:
    """One watcher of an organization's low stock at a time, until the transaction ends.

    What it reads then is newer than what the one before it wrote.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOW_STOCK, organization_id % 2_147_483_647]
        )


def lock_warehouse(*, warehouse: Warehouse) -> Warehouse:
    """The warehouse as it is now, locked until the transaction ends; rows in it need not wait."""
    locked: Warehouse = Warehouse.objects.select_for_update(of=("self",), no_key=True).get(
        pk=warehouse.pk
    )
    return locked
