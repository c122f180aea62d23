"""BaseLinker (Base): a product export with the names its interface and its API use.

A product is known by ``sku``. ``price_brutto`` is gross. ``tax_rate`` may be -1 (exempt), -0.02 (not
taxed) or -0.03 (reverse charge), none of which is a rate of tax on a price.
"""

from __future__ import annotations

from collections.abc import Sequence

from imports import cells
from imports.formats import names
from imports.formats import writing as w
from imports.formats.names import AMOUNT, GROSS, NET, SIZE, VAT
from imports.formats.shape import Format
from imports.understanding import Surroundings, Understanding

KEY = "baselinker"
UNTAXED = frozenset({"-1", "-0.02", "-0,02", "-0.03", "-0,03", "zw", "np", "oo"})


def tax_rate(cell: str) -> str:
    """A rate in per cent; what is not taxed has none."""
    return "0" if cell.lower() in UNTAXED else cells.percent(places=2)(cell)


COLUMNS: names.Known = {
    "sku": ("code", cells.code(limit=100)),
    "product_id": ("external_id", cells.code(limit=100)),
    "ean": ("ean", cells.ean),
    "name": ("name", cells.text(limit=300)),
    "price_brutto": ("selling_price", AMOUNT, GROSS),
    "price_netto": ("selling_price", AMOUNT, NET),
    "tax_rate": ("selling_price", tax_rate, VAT),
    "currency": ("selling_currency", cells.currency),
    "price_wholesale_netto": ("purchase_price", AMOUNT),
    "weight": ("weight", SIZE),
    "height": ("height", SIZE),
    "width": ("width", SIZE),
    "length": ("length", SIZE),
    "description": ("description", cells.markup),
    "man_name": ("manufacturer", cells.text(limit=160)),
    "category_name": ("default_category", cells.text(limit=500)),
    "tags": ("tags", cells.text(limit=500)),
    "image": ("images", cells.images),
    **{f"image_{number}": ("images", cells.images) for number in range(1, 16)},
}
STOCK = {"quantity": "quantity"}
OWN = frozenset(
    {"price_brutto", "price_wholesale_netto", "man_name", "product_id", "ean_additional"}
)


def score(header: Sequence[str]) -> int:
    """How many columns are BaseLinker's; 0 without sku or without any name that is only BaseLinker's."""
    if not OWN & {names.lower(name) for name in header}:
        return 0
    return names.hits(header, [*COLUMNS, *STOCK], needs=["sku"])


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns."""
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=tuple(names.chosen(header, COLUMNS)),
        stock=names.stock(header, STOCK, warehouse="baselinker"),
        finish=names.priced(around.vat_rate),
    )


MOST_PICTURES = 16


def written(_warehouses: Sequence[str]) -> w.Columns:
    """BaseLinker's columns; prices with tax."""
    return [
        ("product_id", w.plain("external_id")),
        ("sku", w.plain("code")),
        ("ean", w.plain("ean")),
        ("name", w.plain("name")),
        ("quantity", w.in_stock),
        ("price_brutto", w.number("selling_price", comma=False)),
        ("currency", w.plain("selling_currency")),
        ("price_wholesale_netto", w.number("purchase_price", comma=False)),
        ("weight", w.number("weight", comma=False)),
        ("height", w.number("height", comma=False)),
        ("width", w.number("width", comma=False)),
        ("length", w.number("length", comma=False)),
        ("description", w.plain("description")),
        ("man_name", w.plain("manufacturer")),
        ("category_name", w.main_category),
        ("tags", w.plain("tags")),
        *((f"image_{at}" if at else "image", w.image(at)) for at in range(MOST_PICTURES)),
    ]


FORMAT = Format(
    key=KEY, title="BaseLinker", score=score, understand=understand, export=w.Export(",", written)
)
