"""Any table, with the meaning of its columns as the seller said.

A meaning is the name of a field of ours, or one of a few that help: a price without its VAT, the VAT, a
number of pieces. The choice is kept for files with the same header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.errors import HubError
from imports import cells
from imports.formats import names
from imports.formats.names import AMOUNT, GROSS, NET, SIZE, VAT
from imports.understanding import Column, StockColumn, Surroundings, Understanding

KEY = "generic"
TITLE = "CSV"
PIECES, PRICE_NET, PRICE_VAT = "pieces", "selling_price_net", "selling_vat"
# What a column may mean -> the field it fills, how its cells are read, the note it is kept under.
MEANINGS: names.Known = {
    "code": ("code", cells.code(limit=100)),
    "name": ("name", cells.text(limit=300)),
    "external_id": ("external_id", cells.code(limit=100)),
    "parent_code": ("parent_code", cells.code(limit=100)),
    "ean": ("ean", cells.ean),
    "manufacturer_code": ("manufacturer_code", cells.code(limit=100)),
    "selling_price": ("selling_price", AMOUNT, GROSS),
    PRICE_NET: ("selling_price", AMOUNT, NET),
    PRICE_VAT: ("selling_price", cells.percent(places=2), VAT),
    "selling_currency": ("selling_currency", cells.currency),
    "purchase_price": ("purchase_price", AMOUNT),
    "purchase_gross": ("purchase_gross", AMOUNT),
    "purchase_tax_rate": ("purchase_tax_rate", cells.percent(places=2)),
    "purchase_currency": ("purchase_currency", cells.currency),
    "description": ("description", cells.markup),
    "short_description": ("short_description", cells.markup),
    "brand": ("brand", cells.text(limit=160)),
    "manufacturer": ("manufacturer", cells.text(limit=160)),
    "supplier": ("supplier", cells.text(limit=160)),
    "default_category": ("default_category", cells.text(limit=500)),
    "categories": ("categories", cells.words(limit=500)),
    "images": ("images", cells.images),
    "weight": ("weight", SIZE),
    "net_weight": ("net_weight", SIZE),
    "volume": ("volume", SIZE),
    "height": ("height", SIZE),
    "width": ("width", SIZE),
    "depth": ("depth", SIZE),
    "length": ("length", SIZE),
    "material": ("material", cells.text(limit=200)),
    "origin": ("origin", cells.text(limit=80)),
    "minimum_stock": ("minimum_stock", cells.integer),
    "availability": ("availability", cells.text(limit=120)),
    "active": ("active", cells.yes_no),
    "tags": ("tags", cells.text(limit=500)),
    "seo_title": ("seo_title", cells.text(limit=300)),
    "seo_description": ("seo_description", cells.text(limit=5000)),
    "seo_keywords": ("seo_keywords", cells.text(limit=500)),
}


class MappingRefused(HubError):
    """The chosen meanings do not make products."""

    status = 422
    code = "mapping_refused"


def fingerprint(header: Sequence[str]) -> str:
    """What stands for a header: its names in their order, without letter case."""
    return hashlib.sha256("\x1f".join(map(names.lower, header)).encode()).hexdigest()


def check(header: Sequence[str], meanings: Mapping[int, str]) -> None:
    """Raise :class:`MappingRefused` unless the meanings exist, fit the header and name one code."""
    unknown = [one for one in meanings.values() if one not in MEANINGS and one != PIECES]
    if unknown or any(not 0 <= place < len(header) for place in meanings):
        raise MappingRefused(
            _("There is no such column or meaning: %(what)s.")
            % {"what": ", ".join(unknown) or "–"},
            remedy=_("Choose from the meanings offered."),
        )
    chosen = list(meanings.values())
    if "code" not in chosen:
        raise MappingRefused(
            _("No column is the product's code."),
            remedy=_("Say which column has the code; products are known by it."),
        )
    for meaning in dict.fromkeys(chosen):
        if chosen.count(meaning) > 1 and meaning not in (*names.LISTS, PIECES):
            raise MappingRefused(
                _("Several columns are said to be the same: %(what)s.") % {"what": meaning},
                remedy=_("Choose one of them."),
            )


def understanding_of(
    header: Sequence[str], meanings: Mapping[int, str], around: Surroundings
) -> Understanding:
    """The header, understood as the seller said. A column of pieces is a warehouse of its name."""
    columns = tuple(
        Column(place, header[place], *MEANINGS[meaning])
        for place, meaning in sorted(meanings.items())
        if meaning in MEANINGS
    )
    stock = tuple(
        StockColumn(place, header[place], PIECES, header[place][:60] or str(place + 1))
        for place, meaning in sorted(meanings.items())
        if meaning == PIECES
    )
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=columns,
        stock=stock,
        finish=names.priced(around.vat_rate),
    )
