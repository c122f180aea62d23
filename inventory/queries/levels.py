"""Levels and the ledger, as lists and per product."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.paging import Page, paged
from inventory.enums import HoldState, MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.queries.availability import available_by_product
from inventory.queries.bundles import bundles_with, components_of, parts_of
from inventory.queries.transfers import in_transit
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
    is_bundle: bool = False
    sets: int | None = None

    @property
    def on_hand(self) -> int:
        return sum(level.on_hand for level in self.levels)

    @property
    def reserved(self) -> int:
        return sum(level.reserved for level in self.levels)

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    @property
    def in_transit(self) -> int:
        """Pieces on their way to any of the places, where that was looked up."""
        return sum(getattr(level, "in_transit", 0) for level in self.levels)


def stock_of(*, product: Product) -> Stock:
    """The product's levels with their warehouses, the default one first; of a bundle its sets."""
    levels = (
        StockLevel.objects.filter(organization_id=product.organization_id, product=product)
        .select_related("warehouse")
        .order_by("-warehouse__is_default", "warehouse__name", "pk")
    )
    found = list(levels)
    _note_transit(product.organization_id, found)
    parts = components_of(organization_id=product.organization_id, product_ids=[product.pk])
    if not parts:
        return Stock(product, found)
    left = available_by_product(organization_id=product.organization_id, product_ids=[product.pk])
    return Stock(product, [], is_bundle=True, sets=left.get(product.pk))


def levels_of(
    *,
    organization: Organization,
    search: str = "",
    only: str = "",
    warehouse_id: int | None = None,
) -> QuerySet[StockLevel]:
    """Levels by product search, warehouse and one of ``FILTERS``, the latest products first."""
    levels: QuerySet[StockLevel] = StockLevel.objects.for_organization(organization)
    if search.strip():
        levels = levels.filter(product_id__in=found_ids(organization=organization, search=search))
    if warehouse_id is not None:
        levels = levels.filter(warehouse_id=warehouse_id)
    if only == "short":
        levels = levels.filter(reserved__gt=F("on_hand"))
    elif only == "low":
        levels = levels.filter(product__low_stock__isnull=False)
    elif only == "zero":
        levels = levels.filter(on_hand=0)
    return levels.select_related("product", "warehouse").order_by("-product_id", "pk")


def level_page(
    *,
    organization: Organization,
    search: str = "",
    only: str = "",
    warehouse_id: int | None = None,
    page: int = 1,
) -> Page[Any]:
    """One page of levels, each with the pieces on their way to it (``in_transit``)."""
    levels = levels_of(
        organization=organization, search=search, only=only, warehouse_id=warehouse_id
    )
    listed: Page[Any] = paged(levels, number=page, size=PAGE_SIZE)
    _note_transit(organization.pk, listed.items)
    return listed


def _note_transit(organization_id: int, levels: list[Any]) -> None:
    coming = in_transit(
        organization_id=organization_id, product_ids=[level.product_id for level in levels]
    )
    for level in levels:
        level.in_transit = coming.get((level.warehouse_id, level.product_id), 0)


def movements_of(
    *,
    organization: Organization,
    product_id: int | None = None,
    kind: str = "",
    reference: str = "",
    warehouse_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[StockMovement]:
    """The ledger, newest first; of one product, kind, place, order's number, of some days.

    ``until`` is the last day that counts, both in the time zone that is active.
    """
    movements: QuerySet[StockMovement] = StockMovement.objects.for_organization(organization)
    if product_id is not None:
        movements = movements.filter(product_id=product_id)
    if kind in MovementKind.values:
        movements = movements.filter(kind=kind)
    if reference:
        movements = movements.filter(reference=reference)
    if warehouse_id is not None:
        movements = movements.filter(warehouse_id=warehouse_id)
    if since is not None:
        movements = movements.filter(at__gte=_midnight(since))
    if until is not None:
        movements = movements.filter(at__lt=_midnight(until + timedelta(days=1)))
    return movements.select_related("product", "warehouse", "actor").order_by("-pk")


def movement_page(*, organization: Organization, page: int = 1, **narrowed: Any) -> Page[Any]:
    """One page of the ledger, narrowed as :func:`movements_of`."""
    found = movements_of(organization=organization, **narrowed)
    return paged(found, number=page, size=PAGE_SIZE)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def adjust_page(*, product: Product) -> dict[str, Any]:
    """What the stock page of a product shows: its levels, its places and the latest ledger lines."""
    movements = StockMovement.objects.filter(
        organization_id=product.organization_id, product=product
    ).select_related("warehouse", "actor")
    stock = stock_of(product=product)
    parts = parts_of(product=product)
    left = available_by_product(
        organization_id=product.organization_id,
        product_ids=[part.part_id for part in parts],
    )
    return {
        "product": product,
        "stock": stock,
        "parts": [(part, left.get(part.part_id)) for part in parts],
        "sets": stock.sets,
        "bundles": bundles_with(product=product),
        "holds": list(product.holds.filter(state=HoldState.ACTIVE).order_by("-pk")[:RECENT]),
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


def levels_by_place(
    *, product_ids: Collection[int]
) -> dict[tuple[int, str], tuple[int, int | None]]:
    """Pieces on hand and minimum of these products by (product id, code of the warehouse)."""
    rows = StockLevel.objects.filter(product_id__in=product_ids).values_list(
        "product_id", "warehouse__code", "on_hand", "minimum"
    )
    return {(product_id, code): (on_hand, least) for product_id, code, on_hand, least in rows}
