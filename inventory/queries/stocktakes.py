"""Stocktakes and their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.paging import Page, paged
from inventory.models import Stocktake, StocktakeLine
from products.queries import found_ids

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
RECENT = 8
LINE_FILTERS = {
    "open": _("Not counted"),
    "counted": _("Counted"),
    "differs": _("With a difference"),
    "moved": _("Moved while counted"),
}


def stocktakes_of(*, organization: Organization) -> QuerySet[Stocktake]:
    """The stocktakes, newest first."""
    found: QuerySet[Stocktake] = Stocktake.objects.for_organization(organization)
    return found.select_related("warehouse", "started_by").order_by("-pk")


def stocktake_page(*, organization: Organization, page: int = 1) -> Page[Any]:
    """One page of stocktakes."""
    return paged(stocktakes_of(organization=organization), number=page, size=PAGE_SIZE)


def line_sums(*, stocktake: Stocktake) -> dict[str, int]:
    """How far the count is: {lines, done, differing, unsettled, more, fewer, settled}."""
    differs = Q(counted__isnull=False) & ~Q(counted=F("book"))
    change = F("counted") - F("book")
    sums = StocktakeLine.objects.filter(stocktake=stocktake).aggregate(
        lines=Count("pk"),
        done=Count("pk", filter=Q(counted__isnull=False)),
        differing=Count("pk", filter=differs),
        unsettled=Count("pk", filter=Q(moved=True)),
        more=Sum(change, filter=Q(counted__gt=F("book"))),
        fewer=Sum(change, filter=Q(counted__lt=F("book"))),
        settled=Count("pk", filter=~Q(outcome="")),
    )
    return {name: number or 0 for name, number in sums.items()}


def lines_of(*, stocktake: Stocktake, only: str = "", search: str = "") -> QuerySet[StocktakeLine]:
    """The lines in the order of the products' codes; one of ``LINE_FILTERS``, of a product search."""
    lines: QuerySet[StocktakeLine] = StocktakeLine.objects.filter(stocktake=stocktake)
    if only == "open":
        lines = lines.filter(counted=None)
    elif only == "counted":
        lines = lines.exclude(counted=None)
    elif only == "differs":
        lines = lines.filter(counted__isnull=False).exclude(counted=F("book"))
    elif only == "moved":
        lines = lines.filter(moved=True)
    if search.strip():
        ids = found_ids(organization=stocktake.organization, search=search)
        lines = lines.filter(product_id__in=ids)
    return lines.select_related("product", "counted_by").order_by("pk")


def stocktake_detail(
    *, stocktake: Stocktake, only: str = "", search: str = "", page: int = 1
) -> dict[str, Any]:
    """What the page of a stocktake shows."""
    lines = lines_of(stocktake=stocktake, only=only, search=search)
    return {
        "stocktake": stocktake,
        "sums": line_sums(stocktake=stocktake),
        "page": paged(lines, number=page, size=PAGE_SIZE),
    }


def latest_counts(*, stocktake: Stocktake) -> list[StocktakeLine]:
    """What was counted last, for whoever is counting."""
    lines = StocktakeLine.objects.filter(stocktake=stocktake, counted__isnull=False)
    return list(lines.select_related("product").order_by("-counted_at")[:RECENT])
