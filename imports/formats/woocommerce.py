"""WooCommerce: the product export of the shop's own importer.

A product is known by ``SKU``. Prices are as the shop shows them and taken as gross. An empty ``Stock``
means that the shop does not count the product, which is not zero. Units of weight and size stand in
the names of their columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from imports import cells
from imports.cells import Reader
from imports.formats import names
from imports.formats import writing as w
from imports.formats.names import AMOUNT, SIZE
from imports.formats.shape import Format
from imports.understanding import Column, Surroundings, Understanding

KEY = "woocommerce"
# Kilograms and centimetres in one of each unit the shop may be set to.
UNITS = {
    "kg": Decimal(1), "g": Decimal("0.001"), "lbs": Decimal("0.45359237"), "oz": Decimal("0.028349523125"),
    "cm": Decimal(1), "m": Decimal(100), "mm": Decimal("0.1"), "in": Decimal("2.54"), "yd": Decimal("91.44"),
}  # fmt: skip
_SIZE = re.compile(r"(weight|length|width|height) \(([a-z]+)\)")


def published(cell: str) -> bool:
    """1 is published; 0 is private and -1 a draft, which are not sold."""
    return False if cell == "-1" else cells.yes_no(cell)


def parent(cell: str) -> str:
    """The SKU of the product a variation belongs to; a mere number of the shop's says nothing here."""
    return "" if cell.lower().startswith("id:") else cells.code(limit=100)(cell)


def measured(unit: str) -> Reader:
    """A weight or a length in ``unit``, brought to kilograms or centimetres."""

    def read(cell: str) -> str:
        return SIZE(format(Decimal(SIZE(cell)) * UNITS[unit], "f"))

    return read


COLUMNS: names.Known = {
    "sku": ("code", cells.code(limit=100)),
    "id": ("external_id", cells.code(limit=100)),
    "parent": ("parent_code", parent),
    "name": ("name", cells.text(limit=300)),
    "published": ("active", published),
    "short description": ("short_description", cells.markup),
    "description": ("description", cells.markup),
    "gtin, upc, ean, or isbn": ("ean", cells.ean),
    "regular price": ("selling_price", AMOUNT),
    "categories": ("categories", cells.words(limit=500)),
    "tags": ("tags", cells.text(limit=500)),
    "brands": ("brand", cells.text(limit=160)),
    "images": ("images", cells.images),
    "low stock amount": ("minimum_stock", cells.integer),
}
STOCK = {"stock": "stock"}


def score(header: Sequence[str]) -> int:
    """How many columns are WooCommerce's; 0 without SKU and Regular price."""
    return names.hits(header, [*COLUMNS, *STOCK], needs=["sku", "name", "regular price"])


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns."""
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=(*names.chosen(header, COLUMNS), *_sizes(header)),
        stock=names.stock(header, STOCK, warehouse="woocommerce"),
    )


def _sizes(header: Sequence[str]) -> list[Column]:
    found = []
    for index, name in enumerate(header):
        match = _SIZE.fullmatch(names.lower(name))
        if match and match[2] in UNITS:
            found.append(Column(index, name, match[1], measured(match[2])))
    return found


def written(_warehouses: Sequence[str]) -> w.Columns:
    """WooCommerce's columns, with its usual units."""
    return [
        ("ID", w.plain("external_id")),
        ("Type", lambda one: "variation" if one.product.parent_code else "simple"),
        ("SKU", w.plain("code")),
        ("GTIN, UPC, EAN, or ISBN", w.plain("ean")),
        ("Name", w.plain("name")),
        ("Published", w.flag("active")),
        ("Short description", w.plain("short_description")),
        ("Description", w.plain("description")),
        ("Stock", w.in_stock),
        ("Low stock amount", w.plain("minimum_stock")),
        ("Weight (kg)", w.number("weight", comma=False)),
        ("Length (cm)", w.number("length", comma=False)),
        ("Width (cm)", w.number("width", comma=False)),
        ("Height (cm)", w.number("height", comma=False)),
        ("Regular price", w.number("selling_price", comma=False)),
        ("Categories", w.categories),
        ("Tags", w.plain("tags")),
        ("Brands", w.plain("brand")),
        ("Images", w.images(", ")),
        ("Parent", w.plain("parent_code")),
    ]


FORMAT = Format(
    key=KEY, title="WooCommerce", score=score, understand=understand, export=w.Export(",", written)
)
