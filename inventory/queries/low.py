"""Products that run low."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from core.paging import Page, paged
from inventory.models import LowStock

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50


def low_of(*, organization: Organization) -> QuerySet[LowStock]:
    """What is low, the latest fall first."""
    low: QuerySet[LowStock] = LowStock.objects.for_organization(organization)
    return low.select_related("product__supplier").order_by("-since", "-pk")


def low_page(*, organization: Organization, page: int = 1) -> Page[Any]:
    """One page of what is low."""
    return paged(low_of(organization=organization), number=page, size=PAGE_SIZE)
