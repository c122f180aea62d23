"""The places stock lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum

from core.paging import Page, paged
from inventory.models import StockLevel, Warehouse

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50


def all_warehouses(*, organization: Organization) -> QuerySet[Warehouse]:
    """Open and closed ones, the default first, then by name."""
    found: QuerySet[Warehouse] = Warehouse.objects.for_organization(organization)
    return found.order_by("-is_default", "-active", "name", "pk")


def warehouse_page(*, organization: Organization, page: int = 1) -> Page[Any]:
    """One page of warehouses, each with ``products``, ``on_hand`` and ``reserved``."""
    listed: Page[Any] = paged(
        all_warehouses(organization=organization), number=page, size=PAGE_SIZE
    )
    sums = {
        row["warehouse_id"]: row
        for row in StockLevel.objects.filter(
            organization_id=organization.pk, warehouse_id__in=[one.pk for one in listed.items]
        )
        .order_by()
        .values("warehouse_id")
        .annotate(
            products=Count("pk", filter=Q(on_hand__gt=0)),
            on_hand=Sum("on_hand"),
            reserved=Sum("reserved"),
        )
    }
    for one in listed.items:
        row = sums.get(one.pk, {})
        one.products = row.get("products", 0)
        one.on_hand = row.get("on_hand", 0)
        one.reserved = row.get("reserved", 0)
    return listed
