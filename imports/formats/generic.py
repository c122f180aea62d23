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
from imports.formats.fields import READERS
from imports.formats.names import AMOUNT, GROSS, NET, VAT
from imports.understanding import Column, StockColumn, Surroundings, Understanding

KEY = "generic"
TITLE = "CSV"
PIECES, PRICE_NET, PRICE_VAT = "pieces", "selling_price_net", "selling_vat"
# What a column may mean -> the field it fills, how its cells are read, the note it is kept under.
MEANINGS: names.Known = {
    **{field: (field, read) for field, read in READERS.items()},
    "selling_price": ("selling_price", AMOUNT, GROSS),
    PRICE_NET: ("selling_price", AMOUNT, NET),
    PRICE_VAT: ("selling_price", cells.percent(places=2), VAT),
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
