"""Workbooks (XLSX) brought to the text the rest of the import reads, row by row.

An XLSX file is a ZIP archive of XML; a small one may unpack to gigabytes. So what it would unpack to is
counted by unpacking it piece by piece first, and a workbook beyond the limits is refused. Of formulas the
value counts that the spreadsheet last calculated; the preview says that there are any.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import openpyxl
import structlog
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from imports.errors import FileRefused
from imports.formats import recognise

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

log = structlog.get_logger(__name__)

MAGIC = b"PK\x03\x04"
# Of everything inside, and of the texts that have to be held in memory while rows are read.
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_TEXTS = 48 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS = 1_048_576  # what a sheet of XLSX can hold
MAX_SHEETS = 50
_PIECE = 256 * 1024
_TEXTS = "xl/sharedStrings.xml"
DELIMITER = ";"
# What the library raises for XML that is broken or is not what it should be; FileRefused is none of these.
_UNREADABLE = (
    AttributeError, EOFError, InvalidFileException, LookupError, SyntaxError, TypeError, ValueError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
ALIVE = 5_000


@dataclass(frozen=True, slots=True)
class Converted:
    """The sheet that was taken, and whether it has formulas."""

    sheet: str
    has_formulas: bool


def is_workbook(path: Path) -> bool:
    """Whether the file is a ZIP archive with a workbook in it."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def convert(path: Path, target: Path, *, alive: Callable[[], None]) -> Converted:
    """Write the sheet whose first row a format knows to ``target``, as UTF-8 with semicolons.

    Row N of the sheet is record N of the text, blank rows included. The target appears only when it is
    whole; ``alive`` is called before the work and with every :data:`ALIVE` rows. Raises
    :class:`FileRefused` for a workbook that is damaged, locked, too large when unpacked, or empty.
    """
    alive()
    has_formulas = _weigh(path)
    partial = target.with_suffix(".part")
    try:
        with path.open("rb") as file, partial.open("w", encoding="utf-8", newline="") as out:
            title = _copied(file, out, alive)
        partial.replace(target)
    except _UNREADABLE as error:
        log.info("workbook refused", error_type=type(error).__name__)
        raise _damaged() from error
    finally:
        partial.unlink(missing_ok=True)
    return Converted(sheet=title, has_formulas=has_formulas)


def _copied(file: BinaryIO, out: TextIO, alive: Callable[[], None]) -> str:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = _sheet(book.worksheets[:MAX_SHEETS])
        _write(sheet, out, alive)
        return str(sheet.title)
    finally:
        book.close()


def _weigh(path: Path) -> bool:
    """Unpack everything without keeping it; whether a sheet has formulas."""
    total, formulas = 0, False
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise _too_large()
            for part in parts:
                size = 0
                for piece in _pieces(archive, part):
                    size += len(piece)
                    if total + size > MAX_UNPACKED or (
                        part.filename == _TEXTS and size > MAX_TEXTS
                    ):
                        raise _too_large()
                    if part.filename.startswith("xl/worksheets/") and not formulas:
                        formulas = b"<f>" in piece or b"<f " in piece
                total += size
    # The archive has a password (RuntimeError) or a packing nobody else uses (NotImplementedError).
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise _damaged() from error
    return formulas


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            yield piece


def _sheet(sheets: Sequence[ReadOnlyWorksheet]) -> ReadOnlyWorksheet:
    """The first sheet whose header a format knows, else the first that has any text."""
    filled = None
    for sheet in sheets:
        header = _header(sheet)
        if not header:
            continue
        if recognise(header) is not None:
            return sheet
        filled = filled or sheet
    if filled is None:
        raise FileRefused(
            _("The workbook has no rows."), remedy=_("Look whether it is the right file.")
        )
    return filled


def _header(sheet: ReadOnlyWorksheet) -> list[str]:
    for row in _rows(sheet, most=20):
        if any(row):
            return row
    return []


def _write(sheet: ReadOnlyWorksheet, out: TextIO, alive: Callable[[], None]) -> None:
    writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\n")
    for number, row in enumerate(_rows(sheet)):
        if number % ALIVE == 0:
            alive()
        writer.writerow(row)


def _rows(sheet: ReadOnlyWorksheet, *, most: int | None = None) -> Iterator[list[str]]:
    # The size a file claims for its sheet may be wrong; without it every row is as long as it is.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=most, values_only=True), start=1):
        # A row may claim any number, and all rows before it are then read as blank ones.
        if number > MAX_ROWS:
            raise _too_large()
        yield _texts(row)


def _texts(row: Sequence[Any]) -> list[str]:
    """The cells of a row as text, without the empty ones after the last that is filled."""
    width = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
    return [_text(value) for value in row[:width]]


def _text(value: Any) -> str:
    """A cell as it reads: numbers in full, whole ones without a point, moments as ISO 8601 has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _damaged() -> FileRefused:
    return FileRefused(
        _("The workbook cannot be opened: it is damaged or has a password."),
        remedy=_(
            "Open it in a spreadsheet, take the password off and save it again as XLSX or CSV."
        ),
    )


def _too_large() -> FileRefused:
    return FileRefused(
        _("The workbook is too large when it is unpacked."),
        remedy=_("Save the sheet as CSV (UTF-8) and upload that."),
    )
