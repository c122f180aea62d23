"""How a header is understood, and reading rows by it. The formats say which column means what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from imports.cells import CLEAR, Reader, integer
from imports.errors import BadCell, Problem

# Written before a cell that a spreadsheet would run as a formula; taken off again when read.
GUARD = "'"
_FORMULA = ("=", "+", "-", "@")
NEVER_CLEARED = frozenset({"code", "name", "purchase_currency", "selling_currency", "active"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file does not say itself: whose languages come first, and the VAT of prices without it."""

    languages: tuple[str, ...] = ("cs",)
    vat_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file that fills ``field`` of the product. Several may fill one list field.

    ``note`` is set where a cell only helps to fill the field (a rate of VAT beside a net price): its
    value stands in the row under this name until the format's ``finish`` has used it.
    """

    index: int
    name: str
    field: str
    read: Reader
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockColumn:
    """A column with a number per product for one warehouse; what the number means is asked."""

    index: int
    name: str
    kind: str
    warehouse: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """A header, understood: which columns are used for what, and which are not used.

    ``finish`` is called with every row when its cells are read, for what takes several of them.
    """

    format: str
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    stock: tuple[StockColumn, ...] = ()
    warnings: tuple[str, ...] = ()
    finish: Callable[[Row], None] | None = None

    @property
    def fields(self) -> list[str]:
        """Product fields the file fills, in the order of its columns, each once."""
        return list(dict.fromkeys(c.field for c in self.columns if c.field != "code"))

    @property
    def code_index(self) -> int:
        return next(c.index for c in self.columns if c.field == "code")

    def described(self) -> list[dict[str, str]]:
        """For the page: every column of the file with the field it fills, or an empty field."""
        used = {c.index: c.field for c in self.columns}
        used |= {s.index: f"stock:{s.kind}:{s.warehouse}" for s in self.stock}
        return [{"column": n, "field": used.get(i, "")} for i, n in enumerate(self.header)]

    def stock_kinds(self) -> dict[str, list[str]]:
        """Warehouses by kind of stock column."""
        kinds: dict[str, list[str]] = {}
        for column in self.stock:
            kinds.setdefault(column.kind, []).append(column.warehouse)
        return kinds


@dataclass(slots=True)
class Row:
    """One record of the file, read: cleaned values and everything that is wrong with it."""

    line: int
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_row(understanding: Understanding, *, line: int, cells: Sequence[str]) -> Row:
    """Read every cell; an empty one leaves the field out, ``\\clear`` sets it to None."""
    row = Row(line=line)
    count = len(cells)
    if count > len(understanding.header) and any(
        c.strip() for c in cells[len(understanding.header) :]
    ):
        row.problems.append(_too_many(count, len(understanding.header)))
    values = row.values
    for column in understanding.columns:
        if column.index >= count:
            continue
        cell = cells[column.index].strip()
        if cell:
            _read_cell(row, values, column, cell)
    _read_stock(understanding, row, cells)
    if understanding.finish is not None:
        understanding.finish(row)
    row.code = values.pop("code", "") or ""
    if not row.code and not any(p.column == _code_name(understanding) for p in row.problems):
        row.problems.append(
            Problem(
                column=_code_name(understanding),
                value="",
                code="code_missing",
                message=_("The row has no code."),
                remedy=_("Every product needs its own code; fill it in."),
            )
        )
    return row


def _read_cell(row: Row, values: dict[str, Any], column: Column, cell: str) -> None:
    if cell[0] == GUARD and cell[1:2] in _FORMULA:
        cell = cell[1:]
    try:
        if cell == CLEAR:
            _check_clearable(column.field)
            if not column.note:
                values[column.field] = None
            return
        value = column.read(cell)
    except BadCell as bad:
        row.problems.append(
            Problem(
                column=column.name,
                value=cell,
                code=bad.code,
                message=bad.message,
                remedy=bad.remedy,
            )
        )
        return
    if value in ("", []):
        return  # nothing usable was in the cell: the same as an empty one
    if isinstance(value, list) and isinstance(values.get(column.field), list):
        value = list(dict.fromkeys([*values[column.field], *value]))
    values[column.note or column.field] = value


def _check_clearable(name: str) -> None:
    if name in NEVER_CLEARED:
        raise BadCell(
            "cannot_clear",
            _("This value cannot be cleared."),
            _("Leave the cell empty to keep what is there."),
        )


def _read_stock(understanding: Understanding, row: Row, cells: Sequence[str]) -> None:
    for column in understanding.stock:
        cell = cells[column.index].strip() if column.index < len(cells) else ""
        if not cell:
            continue
        try:
            pieces = integer(cell)
        except BadCell as bad:
            row.problems.append(Problem(column.name, cell, bad.code, bad.message, bad.remedy))
            continue
        stock = row.values.setdefault("stock", {})
        stock.setdefault(column.kind, {})[column.warehouse] = pieces


def _too_many(found: int, expected: int) -> Problem:
    return Problem(
        column="",
        value="",
        code="too_many_cells",
        message=_("The row has %(found)d cells, the header %(expected)d.")
        % {"found": found, "expected": expected},
        remedy=_("A text with the delimiter in it must stand in quotes."),
    )


def _code_name(understanding: Understanding) -> str:
    return understanding.header[understanding.code_index]
