"""PrestaShop: a file for its CSV importer (``products_import.csv``), or an export of that shape.

A product is known by ``Reference #``. The header says whether prices have their tax in them; where they
have not, the seller's usual VAT is put on, because the file names tax rules by number only.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from imports import cells
from imports.formats import names
from imports.formats import writing as w
from imports.formats.names import AMOUNT, GROSS, NET, SIZE
from imports.formats.shape import Format
from imports.understanding import Surroundings, Understanding

KEY = "prestashop"
COLUMNS: names.Known = {
    "reference": ("code", cells.code(limit=100)),
    "product id": ("external_id", cells.code(limit=100)),
    "id": ("external_id", cells.code(limit=100)),
    "active": ("active", cells.yes_no),
    "name": ("name", cells.text(limit=300)),
    "categories": ("categories", cells.words(limit=500)),
    "price tax included": ("selling_price", AMOUNT, GROSS),
    "price tax excluded": ("selling_price", AMOUNT, NET),
    "wholesale price": ("purchase_price", AMOUNT),
    "supplier": ("supplier", cells.text(limit=160)),
    "manufacturer": ("manufacturer", cells.text(limit=160)),
    "brand": ("manufacturer", cells.text(limit=160)),
    "ean13": ("ean", cells.ean),
    "width": ("width", SIZE),
    "height": ("height", SIZE),
    "depth": ("depth", SIZE),
    "weight": ("weight", SIZE),
    "low stock level": ("minimum_stock", cells.integer),
    "short description": ("short_description", cells.markup),
    "summary": ("short_description", cells.markup),
    "description": ("description", cells.markup),
    "tags": ("tags", cells.text(limit=500)),
    "meta title": ("seo_title", cells.text(limit=300)),
    "meta keywords": ("seo_keywords", cells.text(limit=500)),
    "meta description": ("seo_description", cells.text(limit=5000)),
    "url rewritten": ("name_url", cells.text(limit=300)),
    "image urls": ("images", cells.images),
}
STOCK = {"quantity": "quantity"}


def score(header: Sequence[str]) -> int:
    """How many columns are PrestaShop's; 0 without a reference and a price that tells its tax."""
    found = {names.bare(name) for name in header}
    if not found & {"price tax included", "price tax excluded"}:
        return 0
    return names.hits(header, [*COLUMNS, *STOCK], needs=["reference"], plain=names.bare)


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns. A price with its tax in it goes before one without."""
    columns = names.chosen(header, COLUMNS, names.bare)
    nets = any(c.note == NET for c in columns) and not any(c.note == GROSS for c in columns)
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=tuple(columns),
        stock=names.stock(header, STOCK, warehouse="prestashop", plain=names.bare),
        warnings=(_without_tax(around),) if nets else (),
        finish=names.priced(around.vat_rate),
    )


def _without_tax(around: Surroundings) -> str:
    return _(
        "Prices of this file are without tax, and it does not say the rate: "
        "your usual VAT of %(rate)s %% is put on."
    ) % {"rate": format(around.vat_rate.normalize(), "f")}


def written(_warehouses: Sequence[str]) -> w.Columns:
    """PrestaShop's columns; prices with tax."""
    return [
        ("Product ID", w.plain("external_id")),
        ("Active (0/1)", w.flag("active")),
        ("Name *", w.plain("name")),
        ("Categories (x,y,z...)", w.categories),
        ("Price tax included", w.number("selling_price", comma=False)),
        ("Wholesale price", w.number("purchase_price", comma=False)),
        ("Reference #", w.plain("code")),
        ("Supplier", w.supplier),
        ("Manufacturer", w.plain("manufacturer")),
        ("EAN13", w.plain("ean")),
        ("Width", w.number("width", comma=False)),
        ("Height", w.number("height", comma=False)),
        ("Depth", w.number("depth", comma=False)),
        ("Weight", w.number("weight", comma=False)),
        ("Quantity", w.in_stock),
        ("Low stock level", w.plain("minimum_stock")),
        ("Short description", w.plain("short_description")),
        ("Description", w.plain("description")),
        ("Tags (x,y,z...)", w.plain("tags")),
        ("Meta title", w.plain("seo_title")),
        ("Meta keywords", w.plain("seo_keywords")),
        ("Meta description", w.plain("seo_description")),
        ("URL rewritten", w.plain("name_url")),
        ("Image URLs (x,y,z...)", w.images(",")),
    ]


FORMAT = Format(
    key=KEY, title="PrestaShop", score=score, understand=understand, export=w.Export(";", written)
)
