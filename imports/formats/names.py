"""Choosing columns by fixed names: what most formats need beyond a list of what they call what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from imports import cells
from imports.errors import FileRefused
from imports.understanding import Column, Row, StockColumn

# A name of the format -> our field, how its cells are read, and the note it is kept under, if any.
Known = Mapping[str, tuple[str, cells.Reader] | tuple[str, cells.Reader, str]]

SIZE = cells.decimal(places=4, digits=12)
AMOUNT = cells.decimal(places=4, digits=14)
LISTS = frozenset({"images", "categories"})
NET, GROSS, VAT, WITH_VAT = "note:net", "note:gross", "note:vat", "note:with_vat"
_CENT = Decimal("0.01")
_BRACKETS = re.compile(r"\s*\([^)]*\)|\s*[*#:]+\s*$")
_SPACES = re.compile(r"\s+")


def lower(name: str) -> str:
    """A name as it is looked up: without case and without spaces at its ends."""
    return _SPACES.sub(" ", name.strip().lower())


def bare(name: str) -> str:
    """A name without what shops hang on it: ``Tags (x,y,z...)`` is ``tags``, ``Name *`` is ``name``."""
    return lower(_BRACKETS.sub("", name))


def chosen(
    header: Sequence[str], known: Known, plain: Callable[[str], str] = lower
) -> list[Column]:
    """The columns of the header that the format knows, in their order.

    Columns that fill a list may be several. Raises :class:`FileRefused` when any other stands twice.
    """
    found: dict[tuple[str, str], str] = {}
    columns: list[Column] = []
    for index, name in enumerate(header):
        meaning = known.get(plain(name))
        if meaning is None:
            continue
        field, read, *note = meaning
        place = (field, note[0] if note else "")
        if field not in LISTS and place in found:
            raise twice(found[place], name)
        found[place] = name
        columns.append(Column(index, name, field, read, *note))
    return columns


def twice(one: str, other: str) -> FileRefused:
    """Two columns of the file say the same, and nobody can tell which is meant."""
    if one == other:
        what = _("The column %(name)s stands twice in the first line.") % {"name": one}
    else:
        what = _("The columns %(one)s and %(other)s mean the same.") % {"one": one, "other": other}
    return FileRefused(what, remedy=_("Keep one of the two columns."))


def stock(
    header: Sequence[str],
    kinds: Mapping[str, str],
    *,
    warehouse: str,
    plain: Callable[[str], str] = lower,
) -> tuple[StockColumn, ...]:
    """The columns with numbers of pieces; what the numbers mean is asked of the seller."""
    return tuple(
        StockColumn(index, name, kinds[plain(name)], warehouse)
        for index, name in enumerate(header)
        if plain(name) in kinds
    )


def hits(
    header: Sequence[str],
    known: Iterable[str],
    *,
    needs: Iterable[str],
    plain: Callable[[str], str] = lower,
) -> int:
    """How many names of the header the format knows; 0 unless all that it ``needs`` are there."""
    names = {plain(name) for name in header}
    return len(names & set(known)) if names.issuperset(needs) else 0


def priced(vat_rate: Decimal) -> Callable[[Row], None]:
    """A ``finish`` that makes the gross selling price out of a price, its VAT and whether it is in it.

    Prices are gross when a cell says so or when the column is one of gross prices. VAT that the row
    does not name is ``vat_rate``, in per cent. Rounded to cents as a shop charges it.
    """

    def finish(row: Row) -> None:
        values = row.values
        vat, with_vat = values.pop(VAT, None), values.pop(WITH_VAT, None)
        net, gross = values.pop(NET, None), values.pop(GROSS, None)
        if gross is not None and with_vat is not False:
            values["selling_price"] = gross
        elif (price := gross if gross is not None else net) is not None:
            values["selling_price"] = taxed(price, vat if vat is not None else str(vat_rate))

    return finish


def taxed(net: str, rate: str) -> str:
    """A net amount with VAT of ``rate`` per cent on it, rounded to cents."""
    gross = Decimal(net) * (1 + Decimal(rate) / 100)
    return format(gross.quantize(_CENT, ROUND_HALF_UP).normalize(), "f")
