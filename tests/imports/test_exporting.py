"""The catalogue written in each format, and read again without a change."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from imports.enums import ImportStage
from imports.exporting import catalogue_lines, format_of
from imports.formats import FORMATS
from products.models import Category, Product, ProductImage
from tests.factories import ProductFactory
from tests.imports.formats.golden import GOLDEN, Golden
from tests.imports.formats.test_golden import KEYS, values_of

pytestmark = pytest.mark.django_db
EVERY = [form.key for form in FORMATS]


def exported(organization: Any, key: str) -> str:
    form = format_of(key)
    assert form is not None
    return "".join(catalogue_lines(organization=organization, form=form))


def rows_of(text: str, delimiter: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    )


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
def test_export_is_read_again_without_a_change(
    applied: Any, staged: Any, organization: Any, golden: Golden
) -> None:
    applied(golden.text, stock="ON_HAND")

    job = staged(exported(organization, golden.format))

    assert (job.format, job.rows_wrong) == (golden.format, 0)
    assert (job.rows_new, job.rows_changed) == (0, 0)
    assert job.rows_unchanged == len(golden.products)


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
def test_export_makes_the_same_products_elsewhere(
    applied: Any, organization: Any, other_organization: Any, golden: Golden
) -> None:
    applied(golden.text, stock="ON_HAND")

    job = applied(
        exported(organization, golden.format), organization=other_organization, stock="ON_HAND"
    )

    assert job.stage == ImportStage.APPLIED
    for code, expected in golden.products.items():
        product = Product.objects.get(organization=other_organization, code=code)
        assert values_of(product, expected) == expected
        images = product.images.order_by("position").values_list("url", flat=True)
        assert list(images) == golden.images.get(code, [])
        on_hand = sum(product.stock_levels.values_list("on_hand", flat=True))
        assert on_hand == golden.stock.get(code, 0)


@pytest.mark.parametrize("key", EVERY)
def test_every_format_carries_hard_texts_there_and_back(
    staged: Any, organization: Any, key: str
) -> None:
    product = ProductFactory(
        organization=organization,
        code="00=1/x",
        name='=SUM(A1); "żółty", kubek',
        description='<p>Řádek; s "uvozovkami", a čárkou</p>',
        ean="",
    )
    ProductImage.objects.create(
        organization=organization, product=product, url="https://a.example/ž.jpg", position=0
    )

    text = exported(organization, key)
    job = staged(text)

    assert "=SUM" in text
    assert "'=SUM" in text
    assert (job.format, job.rows_wrong, job.rows_new, job.rows_changed) == (key, 0, 0, 0)
    assert job.rows_unchanged == 1


def test_archived_products_and_those_of_others_are_left_out(
    organization: Any, other_organization: Any
) -> None:
    ProductFactory(organization=organization, code="HERE")
    ProductFactory(organization=organization, code="GONE", archived_at=timezone.now())
    ProductFactory(organization=other_organization, code="THEIRS")

    rows = rows_of(exported(organization, "shoptet"), ";")

    assert [row["code"] for row in rows] == ["HERE"]


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow(
    organization: Any, count: int, django_assert_num_queries: Any
) -> None:
    category = Category.objects.create(organization=organization, path="Kubki")
    for number in range(count):
        product = ProductFactory(organization=organization, code=f"P-{number}")
        product.categories.add(category)

    with django_assert_num_queries(6):
        exported(organization, "bizbox")


def test_page_and_route_give_the_file(organization: Any, owner: Any, client: Any, api: Any) -> None:
    ProductFactory(organization=organization, code="A-1")
    client.force_login(owner)
    assert "/imports/export/woocommerce.csv" in client.get("/imports/export/").content.decode()

    page = client.get("/imports/export/woocommerce.csv")
    route = api(owner).get("/api/v1/export/products?layout=woocommerce")

    assert page["Content-Disposition"].startswith('attachment; filename="products-woocommerce-')
    written = page.getvalue()
    assert b"A-1" in written
    assert written == route.getvalue()
    assert client.get("/imports/export/nobody.csv").status_code == 404
    assert api(owner).get("/api/v1/export/products?layout=nobody").status_code == 404
