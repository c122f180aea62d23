from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from core.row_ids import among
from products.models import BulkEdit, Product

# The space of the advisory lock on an organization's sync rules.
RULES = 720_141


def lock_product(*, product: Product) -> Product:
    """The product as it is now, locked until the transaction ends."""
    locked: Product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    return locked


def lock_products(*, organization_id: int, ids: Collection[int]) -> list[Product]:
    """These of the organization's products as they are now, in order of their keys.

    Without the key: an order that reserves one of them points at it and must not be kept waiting.
    """
    products = Product.objects.filter(organization_id=organization_id, pk__in=among(list(ids)))
    return list(products.order_by("pk").select_for_update(of=("self",), no_key=True))


def lock_product_keys(*, organization_id: int, ids: Collection[int]) -> None:
    """:func:`lock_products` without reading them."""
    products = Product.objects.filter(organization_id=organization_id, pk__in=among(list(ids)))
    locked = products.order_by("pk").select_for_update(of=("self",), no_key=True)
    list(locked.values_list("pk"))


def rules_stay(*, organization_id: int) -> None:
    """Sync rules stay as they are until the transaction ends; several may hold this at once."""
    _lock_rules("pg_advisory_xact_lock_shared", organization_id)


def rules_move(*, organization_id: int) -> None:
    """Nobody else reads or changes sync rules until the transaction ends.

    A batch of an import that was decided by the former rules has committed by then, so working through
    the catalogue afterwards misses none of its products.
    """
    _lock_rules("pg_advisory_xact_lock", organization_id)


def lock_edit(*, edit: BulkEdit) -> BulkEdit:
    """The bulk edit as it is now, locked until the transaction ends."""
    locked: BulkEdit = BulkEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    return locked


def _lock_rules(function: str, organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s, %s)",
            [RULES, organization_id % 2_147_483_647],
        )
