"""BizBox: the product sheet saved as CSV.

Columns are known by name, in any order and letter case. Texts carry a locale suffix (``name:cs``);
of several locales one is taken. Stock columns are open-ended, ``stock:<kind>:<warehouse>``, and what
their numbers mean is asked of the seller: ``minimumRequiredLevel`` reads as a threshold and is never
taken for pieces on hand by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from imports.errors import FileRefused
from imports.formats import writing as w
from imports.formats.fields import READERS
from imports.formats.shape import Format
from imports.understanding import Column, StockColumn, Surroundings, Understanding

KEY = "bizbox"
LOCALES = ("cs", "sk", "pl", "en", "de", "hu")

# Column of BizBox -> our field.
_FIELDS = {
    "code": "code",
    "externalid": "external_id",
    "name": "name",
    "nameurl": "name_url",
    "description": "description",
    "shortdescription": "short_description",
    "brand": "brand",
    "manufacturer": "manufacturer",
    "supplier": "supplier",
    "purchaseprice": "purchase_price",
    "purchasepricetaxrate": "purchase_tax_rate",
    "purchasepricegrossprice": "purchase_gross",
    "purchasepricecurrency": "purchase_currency",
    "ean": "ean",
    "manufacturercode": "manufacturer_code",
    "weight": "weight",
    "netweight": "net_weight",
    "volume": "volume",
    "height": "height",
    "width": "width",
    "depth": "depth",
    "length": "length",
    "material": "material",
    "origin": "origin",
    # Big pictures first, then the gallery; smallImages are thumbnails of the same and not used.
    "bigimages": "images",
    "galleryimages": "images",
    "availability": "availability",
    "active": "active",
    "categoriessingle": "categories",
    "defaultcategory": "default_category",
    "seotitle": "seo_title",
    "seodescription": "seo_description",
    "seokeywords": "seo_keywords",
}
COLUMNS = {name: (field, READERS[field]) for name, field in _FIELDS.items()}
SEVERAL = {"images"}


def score(header: Sequence[str]) -> int:
    """How many columns are BizBox's; 0 without a column named code."""
    names = [_base(name) for name in header]
    if "code" not in names:
        return 0
    return sum(name in COLUMNS or name.startswith("stock:") for name in names)


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns. Of a text in several locales, the first of our languages is taken."""
    languages = around.languages
    chosen: dict[str, tuple[int, str]] = {}
    for index, name in enumerate(header):
        base, locale = _split(name)
        if base not in COLUMNS:
            continue
        before = chosen.get(base)
        if before is None or _rank(locale, languages) < _rank(before[1], languages):
            chosen[base] = (index, locale)
        elif locale == before[1]:
            raise FileRefused(
                _("The column %(name)s stands twice in the first line.") % {"name": name},
                remedy=_("Keep one of the two columns."),
            )
    columns = [
        Column(index=index, name=header[index], field=COLUMNS[base][0], read=COLUMNS[base][1])
        for base, (index, _locale) in chosen.items()
    ]
    # bigImages go before galleryImages wherever they stand; other columns by their place.
    columns.sort(
        key=lambda c: (c.field in SEVERAL, _base(c.name) if c.field in SEVERAL else c.index)
    )
    return Understanding(
        format=KEY, header=tuple(header), columns=tuple(columns), stock=tuple(_stock(header))
    )


def _stock(header: Sequence[str]) -> list[StockColumn]:
    found: list[StockColumn] = []
    for index, name in enumerate(header):
        prefix, _colon, rest = name.strip().partition(":")
        kind, _colon, warehouse = rest.partition(":")
        if prefix.lower() == "stock" and kind and warehouse.strip():
            found.append(StockColumn(index, name, kind.strip(), warehouse.strip()[:60]))
    if len({(c.kind.lower(), c.warehouse.lower()) for c in found}) < len(found):
        raise FileRefused(
            _("Two stock columns name the same warehouse."),
            remedy=_("Keep one of the two columns."),
        )
    return found


def _split(name: str) -> tuple[str, str]:
    base, _colon, locale = name.strip().lower().partition(":")
    return (base, locale) if locale in LOCALES else (name.strip().lower(), "")


def _base(name: str) -> str:
    return _split(name)[0]


def _rank(locale: str, languages: Sequence[str]) -> int:
    order = [*languages, "", *LOCALES]
    return order.index(locale) if locale in order else len(order)


_PLAIN = {
    "externalId": "external_id", "name": "name", "nameUrl": "name_url", "description": "description",
    "shortDescription": "short_description", "brand": "brand", "manufacturer": "manufacturer",
    "purchasePriceCurrency": "purchase_currency", "ean": "ean", "manufacturerCode": "manufacturer_code",
    "material": "material", "origin": "origin", "availability": "availability", "seoTitle": "seo_title",
    "seoDescription": "seo_description", "seoKeywords": "seo_keywords",
}  # fmt: skip
_NUMBERS = {
    "purchasePrice": "purchase_price", "purchasePriceTaxRate": "purchase_tax_rate",
    "purchasePriceGrossPrice": "purchase_gross", "weight": "weight", "netWeight": "net_weight",
    "volume": "volume", "height": "height", "width": "width", "depth": "depth", "length": "length",
}  # fmt: skip


def written(warehouses: Sequence[str]) -> w.Columns:
    """BizBox's columns, with one of pieces on hand for each warehouse."""
    return [
        ("code", w.plain("code")),
        *((name, w.plain(field)) for name, field in _PLAIN.items()),
        *((name, w.number(field, comma=True)) for name, field in _NUMBERS.items()),
        ("supplier", w.supplier),
        ("bigImages", w.images_as_json),
        ("active", w.flag("active")),
        ("categoriesSingle", w.categories),
        ("defaultCategory", w.main_category),
        *((f"stock:onHand:{code}", w.on_hand(code)) for code in warehouses),
    ]


FORMAT = Format(
    key=KEY, title="BizBox", score=score, understand=understand, export=w.Export(";", written)
)
