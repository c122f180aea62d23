"""What suppliers ask and have of products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.paging import Page, paged
from products.models import Product, SupplierProduct
from products.queries.finding import found_ids
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
ONLY = {"in": _("In stock"), "out": _("Sold out"), "unknown": _("Without a product")}


@dataclass(frozen=True, slots=True)
class SupplierOffer:
    """What a supplier asks of a product. ``cheapest`` among those in the same currency that have it."""

    row: SupplierProduct
    cheapest: bool


def offers_of_suppliers(*, product: Product) -> list[SupplierOffer]:
    """Every supplier's row of the product, the cheapest of each currency first."""
    rows = list(
        SupplierProduct.objects.filter(
            organization_id=product.organization_id, product=product
        ).select_related("supplier")
    )
    rows.sort(key=lambda row: (row.currency, row.price is None, row.price or 0, row.pk))
    best: dict[str, int] = {}
    for row in rows:
        if row.price is not None and (row.stock is None or row.stock > 0):
            best.setdefault(row.currency, row.pk)
    return [SupplierOffer(row, best.get(row.currency) == row.pk) for row in rows]


def supplier_products(
    *, organization: Organization, supplier: Supplier, search: str = "", only: str = ""
) -> QuerySet[Any]:
    """A supplier's rows, the newest first; ``only`` is ``in``, ``out`` or ``unknown`` (no product)."""
    rows = SupplierProduct.objects.for_organization(organization).filter(supplier=supplier)
    if search.strip():
        ids = found_ids(organization=organization, search=search)
        rows = rows.filter(Q(product_id__in=ids) | Q(supplier_code__iexact=search.strip()))
    if only == "in":
        rows = rows.filter(stock__gt=0)
    elif only == "out":
        rows = rows.filter(stock=0)
    elif only == "unknown":
        rows = rows.filter(product=None)
    return rows.select_related("product", "supplier").order_by("-pk")


def supplier_page(
    *,
    organization: Organization,
    supplier: Supplier,
    search: str = "",
    only: str = "",
    page: int = 1,
) -> Page[Any]:
    """One page of a supplier's products."""
    rows = supplier_products(organization=organization, supplier=supplier, search=search, only=only)
    return paged(rows, number=page, size=PAGE_SIZE)
