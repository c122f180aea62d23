"""A file of each shop, from upload to products, in each encoding sellers save it in."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from imports.enums import ImportStage
from inventory.models import StockLevel
from products.models import Product
from tests.imports.formats.golden import GOLDEN, SHOPTET, Golden

pytestmark = pytest.mark.django_db
KEYS = [golden.format for golden in GOLDEN]


def values_of(product: Product, names: dict[str, Any]) -> dict[str, Any]:
    """The product's values as the golden file writes them."""
    found = {name: getattr(product, name) for name in names}
    return {
        name: format(value.normalize(), "f") if isinstance(value, Decimal) else value
        for name, value in found.items()
    }


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1250", "iso8859_2", "utf-16"])
def test_golden_file_becomes_products(applied: Any, golden: Golden, codec: str) -> None:
    job = applied(golden.text, encoding=codec, stock="ON_HAND")

    assert (job.stage, job.refusal, job.last_error) == (ImportStage.APPLIED, "", "")
    assert (job.format, job.delimiter, job.rows_wrong) == (golden.format, golden.delimiter, 0)
    for code, expected in golden.products.items():
        product = Product.objects.get(code=code)
        assert values_of(product, expected) == expected
        images = product.images.order_by("position").values_list("url", flat=True)
        assert list(images) == golden.images.get(code, [])
        if code in golden.categories:
            paths = product.categories.order_by("path").values_list("path", flat=True)
            assert list(paths) == golden.categories[code]
    levels = StockLevel.objects.filter(on_hand__gt=0).values_list("product__code", "on_hand")
    assert dict(levels) == {code: pieces for code, pieces in golden.stock.items() if pieces}


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
def test_same_file_again_changes_nothing(applied: Any, staged: Any, golden: Golden) -> None:
    applied(golden.text)

    job = staged(golden.text)

    assert (job.rows_new, job.rows_changed, job.rows_unchanged) == (0, 0, len(golden.products))


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
def test_columns_in_any_order_are_known_by_name(staged: Any, golden: Golden) -> None:
    rows = list(csv.reader(io.StringIO(golden.text, newline=""), delimiter=golden.delimiter))
    turned = io.StringIO()
    csv.writer(turned, delimiter=golden.delimiter).writerows([row[::-1] for row in rows])

    job = staged(turned.getvalue())

    assert (job.format, job.rows_new, job.rows_wrong) == (golden.format, 2, 0)


def test_stock_is_asked_for_and_not_taken_by_itself(applied: Any) -> None:
    applied(SHOPTET.text)

    assert not StockLevel.objects.filter(on_hand__gt=0).exists()
