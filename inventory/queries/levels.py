"""Levels and the ledger, as lists and per product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.paging import Page, paged
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from products.queries import found_ids

if TYPE_CHECKING:
    from accounts.models import Organization
    from products.models import Product

PAGE_SIZE = 50
RECENT = 10
FILTERS = {"short": _("Oversold"), "low": _("Low"), "zero": _("Nothing on hand")}


@dataclass(frozen=True, slots=True)
class Stock:
    """A product's stock over all warehouses: ``available = on_hand - reserved``, also below zero."""

    product: Product
    levels: list[StockLevel]

    @property
    def on_hand(self) -> int:
        return sum(level.on_hand for level in self.levels)

    @property
    def reserved(self) -> int:
        return sum(level.reserved for level in self.levels)

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def stock_of(*, product: Product) -> Stock:
    """The product's levels with their warehouses, the default warehouse first."""
    levels = (
        StockLevel.objects.filter(organization_id=product.organization_id, product=product)
        .select_related("warehouse")
        .order_by("-warehouse__is_default", "warehouse__name", "pk")
    )
    return Stock(product=product, levels=list(levels))


def levels_of(
    *, organization: Organization, search: str = "", only: str = ""
) -> QuerySet[StockLevel]:
    """Levels by product search and one of ``FILTERS``, the latest products first."""
    levels: QuerySet[StockLevel] = StockLevel.objects.for_organization(organization)
    if search.strip():
        levels = levels.filter(product_id__in=found_ids(organization=organization, search=search))
    if only == "short":
        levels = levels.filter(reserved__gt=F("on_hand"))
    elif only == "low":
        least = Coalesce("minimum", "product__minimum_stock", 0)
        levels = levels.annotate(least=least, left=F("on_hand") - F("reserved")).filter(
            left__lte=F("least")
        )
    elif only == "zero":
        levels = levels.filter(on_hand=0)
    return levels.select_related("product", "warehouse").order_by("-product_id", "pk")


def level_page(
    *, organization: Organization, search: str = "", only: str = "", page: int = 1
) -> Page[StockLevel]:
    """One page of levels."""
    return paged(
        levels_of(organization=organization, search=search, only=only), number=page, size=PAGE_SIZE
    )


def movements_of(
    *,
    organization: Organization,
    product_id: int | None = None,
    kind: str = "",
    reference: str = "",
) -> QuerySet[StockMovement]:
    """The ledger, newest first; of one product, of one kind, or of one order's number."""
    movements: QuerySet[StockMovement] = StockMovement.objects.for_organization(organization)
    if product_id is not None:
        movements = movements.filter(product_id=product_id)
    if kind in MovementKind.values:
        movements = movements.filter(kind=kind)
    if reference:
        movements = movements.filter(reference=reference)
    return movements.select_related("product", "warehouse", "actor").order_by("-pk")


def movement_page(
    *,
    organization: Organization,
    product_id: int | None = None,
    kind: str = "",
    reference: str = "",
    page: int = 1,
) -> Page[StockMovement]:
    """One page of the ledger."""
    found = movements_of(
        organization=organization, product_id=product_id, kind=kind, reference=reference
    )
    return paged(found, number=page, size=PAGE_SIZE)


def adjust_page(*, product: Product) -> dict[str, Any]:
    """What the stock page of a product shows: its levels, its places and the latest ledger lines."""
    movements = StockMovement.objects.filter(
        organization_id=product.organization_id, product=product
    ).select_related("warehouse", "actor")
    return {
        "product": product,
        "stock": stock_of(product=product),
        "movements": list(movements.order_by("-pk")[:RECENT]),
    }


def warehouses_of(*, organization: Organization) -> QuerySet[Warehouse]:
    """The organization's open warehouses, the default one first."""
    warehouses: QuerySet[Warehouse] = Warehouse.objects.for_organization(organization)
    return warehouses.filter(active=True).order_by("-is_default", "name")


def ledger_sums(*, organization: Organization) -> dict[tuple[int, int], tuple[int, int]]:
    """What the ledger adds up to, {(warehouse id, product id): (on hand, reserved)}: the levels."""
    movements: QuerySet[StockMovement] = StockMovement.objects.for_organization(organization)
    sums = (
        movements.order_by()
        .values("warehouse_id", "product_id")
        .annotate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
    )
    return {
        (row["warehouse_id"], row["product_id"]): (row["on_hand"], row["reserved"]) for row in sums
    }
