"""Reads of where our categories lie at Allegro."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organization
from core.paging import Page, paged
from offers.models import CategoryMapping
from products.models import Category, Product

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A category of ours, how many products have it first, and its place at Allegro."""

    category: Category
    products: int
    mapping: CategoryMapping | None


def categories_matching(
    *, organization: Organization, search: str, state: str
) -> QuerySet[Category]:
    """Our categories by path; ``state``: ``mapped``, ``open`` or all."""
    rows: QuerySet[Category] = Category.objects.for_organization(organization)
    if search:
        rows = rows.filter(path__icontains=search)
    if state in ("mapped", "open"):
        rows = rows.filter(allegro_mapping__isnull=state == "open")
    return rows.order_by("path", "pk")


def mapping_page(
    *, organization: Organization, search: str, state: str, number: int
) -> dict[str, Any]:
    """What the page of mappings shows."""
    rows = (
        categories_matching(organization=organization, search=search, state=state)
        .select_related("allegro_mapping")
        .annotate(number_of_products=_products())
    )
    page = paged(rows, number=number, size=PAGE_SIZE)
    own: QuerySet[Category] = Category.objects.for_organization(organization)
    return {
        "page": Page(
            items=[_row(one) for one in page.items],
            number=page.number,
            size=page.size,
            total=page.total,
            total_is_exact=page.total_is_exact,
            has_next=page.has_next,
        ),
        "search": search,
        "state": state,
        "all_count": own.count(),
        "open_count": own.filter(allegro_mapping=None).count(),
    }


def _products() -> Coalesce:
    counted = (
        Product.objects.filter(default_category=OuterRef("pk"), archived_at=None)
        .order_by()
        .values("default_category")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _row(category: Any) -> MappingRow:
    mapping = category.allegro_mapping if hasattr(category, "allegro_mapping") else None
    return MappingRow(category, category.number_of_products, mapping)


def example_titles(*, category: Category, most: int = 3) -> list[str]:
    """Names of a few products of a category, by which Allegro can suggest where they belong."""
    names = Product.objects.filter(default_category=category, archived_at=None)
    return list(names.order_by("pk").values_list("name", flat=True)[:most])
