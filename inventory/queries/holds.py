"""What is kept for shops, scripts and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from core.paging import Page, paged
from inventory.enums import HoldState
from inventory.models import Hold

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50


def holds_of(
    *, organization: Organization, state: str = "", product_id: int | None = None
) -> QuerySet[Hold]:
    """The holds, newest first; of one state, of one product."""
    holds: QuerySet[Hold] = Hold.objects.for_organization(organization)
    if state in HoldState.values:
        holds = holds.filter(state=state)
    if product_id is not None:
        holds = holds.filter(product_id=product_id)
    return holds.select_related("product", "warehouse", "actor").order_by("-pk")


def hold_page(*, organization: Organization, state: str, page: int = 1) -> Page[Hold]:
    """One page of holds."""
    return paged(holds_of(organization=organization, state=state), number=page, size=PAGE_SIZE)
