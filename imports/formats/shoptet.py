"""Shoptet: the export of products, one line per variant.

Variants of a product share ``pairCode``; a code like ``61246/46`` is text. A price is gross or net as
``includingVat`` of the row says, with the VAT of ``percentVat``; without these columns it is gross.
"""

from __future__ import annotations

from collections.abc import Sequence

from imports import cells
from imports.formats import names
from imports.formats import writing as w
from imports.formats.names import AMOUNT, GROSS, SIZE, VAT, WITH_VAT
from imports.formats.shape import Format
from imports.understanding import Surroundings, Understanding

KEY = "shoptet"
SHOWN = frozenset({"visible", "detailonly", "cashdeskonly", "showregistered", "blockunregistered"})
NOT_SHOWN = frozenset({"hidden", "blocked"})
PICTURES = ("defaultimage", "image", *(f"image{number}" for number in range(2, 65)))


def visibility(cell: str) -> bool:
    """Shoptet's ``productVisibility``: whether the shop sells the product at all."""
    lower = cell.lower()
    if lower in SHOWN:
        return True
    if lower in NOT_SHOWN:
        return False
    return cells.yes_no(cell)


def picture(cell: str) -> list[str]:
    """One address; everything after a bar is the picture's description."""
    found = cells.images(cell.partition("|")[0])
    return found[:1]


COLUMNS: names.Known = {
    "code": ("code", cells.code(limit=100)),
    "paircode": ("parent_code", cells.code(limit=100)),
    "name": ("name", cells.text(limit=300)),
    "shortdescription": ("short_description", cells.markup),
    "description": ("description", cells.markup),
    "manufacturer": ("manufacturer", cells.text(limit=160)),
    "supplier": ("supplier", cells.text(limit=160)),
    "externalcode": ("external_id", cells.code(limit=100)),
    "productvisibility": ("active", visibility),
    "availabilityinstock": ("availability", cells.text(limit=120)),
    "price": ("selling_price", AMOUNT, GROSS),
    "includingvat": ("selling_price", cells.yes_no, WITH_VAT),
    "percentvat": ("selling_price", cells.percent(places=2), VAT),
    "currency": ("selling_currency", cells.currency),
    "purchaseprice": ("purchase_price", AMOUNT),
    "ean": ("ean", cells.ean),
    "productnumber": ("manufacturer_code", cells.code(limit=100)),
    "weight": ("weight", SIZE),
    "defaultcategory": ("default_category", cells.text(limit=500)),
    "seotitle": ("seo_title", cells.text(limit=300)),
    "metadescription": ("seo_description", cells.text(limit=5000)),
    **dict.fromkeys(PICTURES, ("images", picture)),
}
STOCK = {"stock": "stock"}
# Without one of these a header of code and name could be anybody's.
OWN = frozenset({"paircode", "productvisibility", "defaultimage", "includingvat", "percentvat"})


def score(header: Sequence[str]) -> int:
    """How many columns are Shoptet's; 0 without a code or without any name that is only Shoptet's."""
    if not OWN & {names.lower(name) for name in header}:
        return 0
    return names.hits(header, [*COLUMNS, *STOCK], needs=["code"])


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns; pictures come in the order of the columns, the default one first."""
    columns = names.chosen(header, COLUMNS)
    pictures = [one for one in columns if one.field == "images"]
    pictures.sort(key=lambda one: PICTURES.index(names.lower(one.name)))
    others = [one for one in columns if one.field != "images"]
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=(*others, *pictures),
        stock=names.stock(header, STOCK, warehouse="shoptet"),
        finish=names.priced(around.vat_rate),
    )


MOST_PICTURES = 28


def shown(one: w.Exported) -> str:
    """Shoptet's word for whether the product is sold."""
    return "visible" if one.product.active else "hidden"


def written(_warehouses: Sequence[str]) -> w.Columns:
    """Shoptet's columns; prices with VAT."""
    return [
        ("code", w.plain("code")),
        ("pairCode", w.plain("parent_code")),
        ("name", w.plain("name")),
        ("shortDescription", w.plain("short_description")),
        ("description", w.plain("description")),
        ("manufacturer", w.plain("manufacturer")),
        ("supplier", w.supplier),
        ("externalCode", w.plain("external_id")),
        ("productNumber", w.plain("manufacturer_code")),
        ("productVisibility", shown),
        ("availabilityInStock", w.plain("availability")),
        ("price", w.number("selling_price", comma=True)),
        ("includingVat", lambda one: "1" if one.product.selling_price is not None else ""),
        ("currency", w.plain("selling_currency")),
        ("purchasePrice", w.number("purchase_price", comma=True)),
        ("ean", w.plain("ean")),
        ("weight", w.number("weight", comma=True)),
        ("stock", w.in_stock),
        ("defaultCategory", w.main_category),
        ("seoTitle", w.plain("seo_title")),
        ("metaDescription", w.plain("seo_description")),
        ("defaultImage", w.image(0)),
        *((f"image{at + 1}" if at else "image", w.image(at)) for at in range(MOST_PICTURES)),
    ]


FORMAT = Format(
    key=KEY, title="Shoptet", score=score, understand=understand, export=w.Export(";", written)
)
