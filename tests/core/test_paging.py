from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Organization
from core.paging import page_number, paged
from products.models import Product
from tests.factories import ProductFactory


@pytest.fixture
def products(organization: Organization) -> Any:
    ProductFactory.create_batch(7, organization=organization)
    return Product.objects.for_organization(organization).order_by("id")


@pytest.mark.parametrize(
    ("number", "items", "has_next"), [(1, 3, True), (2, 3, True), (3, 1, False), (4, 0, False)]
)
def test_paged_cuts_the_list(products: Any, number: int, items: int, has_next: bool) -> None:
    page = paged(products, number=number, size=3)
    assert (len(page.items), page.has_next, page.total, page.total_is_exact) == (
        items,
        has_next,
        7,
        True,
    )


def test_paged_takes_two_queries(products: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        paged(products, number=2, size=3)


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("2", 2), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("²", 1)],
)
def test_page_number_reads_what_people_type(text: str | None, number: int) -> None:
    assert page_number(text) == number
