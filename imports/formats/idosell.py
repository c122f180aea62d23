"""IdoSell (IAI): an export whose column names are paths into its product document.

A product is known by the code its owner gave it (``@code_external``, else that of its size), else by
IdoSell's own. Texts name their language in brackets, ``[pol]``. Several values of a cell stand on lines of
their own; a row with several sizes holds several products, so it is refused with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from imports import cells
from imports.cells import Reader
from imports.errors import BadCell
from imports.formats import names
from imports.formats import writing as w
from imports.formats.names import AMOUNT, SIZE
from imports.formats.shape import Format
from imports.understanding import Column, Surroundings, Understanding
from products.ean import ean_problem

KEY = "idosell"
# Best first: the first of these that the header has is the code.
CODES = (
    "@code_external", "/sizes/size@code_external", "/sizes/size@code", "@code_iai", "@id",
)  # fmt: skip
LANGUAGES = {"pl": "pol", "en": "eng", "de": "ger", "cs": "cze", "sk": "slo", "hu": "hun"}
_LANGUAGE = re.compile(r"\[([a-z]{3})\]$")


def single(read: Reader) -> Reader:
    """A cell that may hold one value only."""

    def one(cell: str) -> object:
        lines = cell.splitlines()
        if len({line.strip() for line in lines if line.strip()}) > 1:
            raise BadCell(
                "several_sizes",
                _(
                    "The row holds several sizes of a product, each of which is a product of its own."
                ),
                _("Export with one row for each size."),
            )
        return read(lines[0].strip()) if lines else ""

    return one


def ean_or_nothing(cell: str) -> str:
    """The producer's code of a size is an EAN or a code of any kind; only an EAN is of use here."""
    return "" if ean_problem(cell) else cell


def pictures(cell: str) -> list[str]:
    """Addresses, one on each line."""
    return cells.images(",".join(cell.split()))


CODE = single(cells.code(limit=100))
COLUMNS: names.Known = {
    "@code_producer": ("manufacturer_code", single(cells.code(limit=100))),
    "/sizes/size@code_producer": ("ean", single(ean_or_nothing)),
    "@vat": ("purchase_tax_rate", cells.percent(places=2)),
    "@country_of_origin": ("origin", cells.text(limit=80)),
    "producer@name": ("manufacturer", cells.text(limit=160)),
    "/producer@name": ("manufacturer", cells.text(limit=160)),
    "/series@name": ("brand", cells.text(limit=160)),
    "/category@name": ("default_category", cells.text(limit=500)),
    "/description/name": ("name", cells.text(limit=300)),
    "/description/long_desc": ("description", cells.markup),
    "/description/short_desc": ("short_description", cells.markup),
    "/price@gross": ("selling_price", AMOUNT),
    "/sizes/size@weight": ("weight", single(SIZE)),
    "/images/large/image@url": ("images", pictures),
}
STOCK = {"/sizes/size/stock@quantity": "quantity"}


def _split(name: str) -> tuple[str, str]:
    """A path without its language, and the language."""
    path = names.lower(name)
    match = _LANGUAGE.search(path)
    return (path[: match.start()], match[1]) if match else (path, "")


def score(header: Sequence[str]) -> int:
    """How many columns are IdoSell's; 0 without any code that names a product."""
    paths = {_split(name)[0] for name in header}
    if not paths & set(CODES):
        return 0
    return len(paths & {*COLUMNS, *STOCK, *CODES})


def understand(header: Sequence[str], around: Surroundings) -> Understanding:
    """Choose the columns; of a text in several languages the first of ours that the file has."""
    wanted = [*(LANGUAGES[one] for one in around.languages if one in LANGUAGES), "", "pol", "eng"]
    chosen: dict[str, tuple[int, str]] = {}
    for index, name in enumerate(header):
        path, language = _split(name)
        known = chosen.get(path)
        if known is None or _rank(language, wanted) < _rank(known[1], wanted):
            chosen[path] = (index, language)
    code = next(path for path in CODES if path in chosen)
    columns = [Column(chosen[code][0], header[chosen[code][0]], "code", CODE)]
    if code != "@id" and "@id" in chosen:
        columns.append(Column(chosen["@id"][0], header[chosen["@id"][0]], "external_id", CODE))
    columns += [
        Column(index, header[index], *COLUMNS[path])
        for path, (index, _language) in chosen.items()
        if path in COLUMNS
    ]
    return Understanding(
        format=KEY,
        header=tuple(header),
        columns=tuple(columns),
        stock=names.stock(header, STOCK, warehouse="idosell"),
    )


def _rank(language: str, wanted: Sequence[str]) -> int:
    return wanted.index(language) if language in wanted else len(wanted)


def written(_warehouses: Sequence[str]) -> w.Columns:
    """IdoSell's paths; texts as Polish ones, which its panel takes by default."""
    return [
        ("@id", w.plain("external_id")),
        ("@code_external", w.plain("code")),
        ("@code_producer", w.plain("manufacturer_code")),
        ("/sizes/size@code_producer", w.plain("ean")),
        ("@vat", w.number("purchase_tax_rate", comma=False)),
        ("@country_of_origin", w.plain("origin")),
        ("producer@name", w.plain("manufacturer")),
        ("/series@name", w.plain("brand")),
        ("/category@name[pol]", w.main_category),
        ("/description/name[pol]", w.plain("name")),
        ("/description/long_desc[pol]", w.plain("description")),
        ("/description/short_desc[pol]", w.plain("short_description")),
        ("/price@gross", w.number("selling_price", comma=False)),
        ("/sizes/size@weight", w.number("weight", comma=False)),
        ("/images/large/image@url", w.images("\n")),
        ("/sizes/size/stock@quantity", w.in_stock),
    ]


FORMAT = Format(
    key=KEY, title="IdoSell", score=score, understand=understand, export=w.Export(",", written)
)
