"""The catalogue as a file in a shop's own columns, line by line, whatever its size."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from imports.formats import FORMATS
from imports.formats.shape import Format
from imports.formats.writing import Exported
from imports.queries import harmless
from inventory.models import StockLevel, Warehouse
from products.models import Product, ProductImage

if TYPE_CHECKING:
    from accounts.models import Organization

BATCH = 1_000


def format_of(key: str) -> Format | None:
    """The format that is written under this key."""
    return next((one for one in FORMATS if one.key == key), None)


def catalogue_lines(*, organization: Organization, form: Format) -> Iterator[str]:
    """The products that are not archived, by code, as lines of CSV with a header.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it, which an import takes
    off. The file begins with a mark of UTF-8. Reads a batch of products with a fixed number of queries.
    """
    warehouses = list(
        Warehouse.objects.for_organization(organization)
        .order_by("code")
        .values_list("code", flat=True)
    )
    columns = form.export.columns(warehouses)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=form.export.delimiter, lineterminator="\r\n")
    writer.writerow([name for name, _cell in columns])
    yield "\ufeff" + _taken(buffer)
    for batch in _batches(organization):
        for one in batch:
            writer.writerow([harmless(cell(one)) for _name, cell in columns])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _batches(organization: Organization) -> Iterator[list[Exported]]:
    products = (
        Product.objects.for_organization(organization)
        .filter(archived_at=None)
        .select_related("supplier", "default_category")
        .prefetch_related("categories")
        .order_by("code")
    )
    after = ""
    while batch := list(products.filter(code__gt=after)[:BATCH]):
        yield _with_all(batch)
        after = batch[-1].code


def _with_all(products: Sequence[Product]) -> list[Exported]:
    ids = [one.pk for one in products]
    images: dict[int, list[str]] = defaultdict(list)
    for product_id, url in (
        ProductImage.objects.filter(product_id__in=ids)
        .order_by("product_id", "position")
        .values_list("product_id", "url")
    ):
        images[product_id].append(url)
    stock: dict[int, dict[str, int]] = defaultdict(dict)
    for product_id, warehouse, pieces in StockLevel.objects.filter(product_id__in=ids).values_list(
        "product_id", "warehouse__code", "on_hand"
    ):
        stock[product_id][warehouse] = pieces
    return [
        Exported(
            product=one,
            images=images.get(one.pk, ()),
            categories=sorted(category.path for category in one.categories.all()),
            on_hand=stock.get(one.pk, {}),
        )
        for one in products
    ]
