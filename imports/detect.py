"""What kind of text a file is: encoding, delimiter, quote. Everything found is shown to the seller."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.encodings import LETTERS, checked_encoding, decoded, find_encoding
from imports.errors import FileRefused
from imports.formats import recognise

SAMPLE = 256 * 1024
DELIMITERS = (";", ",", "\t", "|")
MAX_COLUMNS = 1000
SHOWN_LINE = 300
_MAGIC = (
    (b"PK\x03\x04", gettext_lazy("a ZIP archive without a workbook")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("an old Excel workbook (XLS)")),
    (b"%PDF", gettext_lazy("a PDF document")),
    (b"\x1f\x8b", gettext_lazy("a compressed file (GZIP)")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"<?xml", gettext_lazy("an XML document")),
    (b"<!DOC", gettext_lazy("a web page")),
    (b"<html", gettext_lazy("a web page")),
)


@dataclass(frozen=True, slots=True)
class Detected:
    """How to read the file. ``encoding`` is a name for people that Python knows too.

    ``by_record``: line numbers are those of the records, which are rows of a sheet.
    """

    encoding: str
    delimiter: str
    quote: str
    header: tuple[str, ...]
    header_line: int
    sample_line: str
    by_record: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the seller said that a file is to be read; an empty text is found out."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""


NOTHING_CHOSEN = Chosen()


def detect(path: Path, chosen: Chosen = NOTHING_CHOSEN) -> Detected:
    """Look at the whole file once for its encoding and at its beginning for the rest.

    What the seller has chosen is not guessed, but an encoding that does not fit the file is refused.
    Raises :class:`FileRefused` for what is not text, is empty, or changes its encoding half-way.
    """
    with path.open("rb") as file:
        beginning = file.read(SAMPLE)
    _refuse_known_binary(beginning)
    encoding = chosen.encoding and checked_encoding(path, chosen.encoding)
    encoding = encoding or find_encoding(path, beginning)
    text = decoded(beginning, encoding)
    if not text.strip():
        raise FileRefused(
            _("The file has no text in it."), remedy=_("Export it again and look inside.")
        )
    skipped, declared = _declared_delimiter(text)
    body = text.split("\n", skipped)[skipped] if skipped else text
    delimiter = chosen.delimiter or declared or _delimiter(body)
    quote = chosen.quote or _quote(body, delimiter)
    header, blank = _header(body, delimiter, quote)
    return Detected(
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        header=header,
        header_line=skipped + blank + 1,
        sample_line=_line_with_accents(body),
    )


def of_sheet(path: Path, delimiter: str) -> Detected:
    """A sheet of a workbook, written as UTF-8 by :mod:`imports.workbooks`."""
    with path.open("rb") as file:
        body = decoded(file.read(SAMPLE), "UTF-8")
    header, blank = _header(body, delimiter, '"')
    return Detected(
        "UTF-8", delimiter, '"', header, blank + 1, _line_with_accents(body), by_record=True
    )


def _refuse_known_binary(beginning: bytes) -> None:
    stripped = beginning.removeprefix(codecs.BOM_UTF8).lstrip()[:8]
    for magic, what in _MAGIC:
        if beginning.startswith(magic) or stripped.lower().startswith(magic.lower()):
            raise FileRefused(
                _("This is %(what)s, not a CSV file.") % {"what": what},
                remedy=_("Open it in a spreadsheet and save it as CSV (UTF-8)."),
            )


def _declared_delimiter(text: str) -> tuple[int, str]:
    """Excel's ``sep=;`` as the first line."""
    first = text.split("\n", 1)[0].strip().strip('"')
    if len(first) == 5 and first.lower().startswith("sep="):
        return 1, first[4]
    return 0, ""


def _delimiter(text: str) -> str:
    def fitness(delimiter: str) -> tuple[int, int]:
        header, _blank = _header(text, delimiter, '"')
        known = recognise(header)
        return (known.score(header) if known else 0, len(header))

    return max(DELIMITERS, key=fitness)


def _quote(text: str, delimiter: str) -> str:
    def uses(quote: str) -> int:
        return text.count(f"{delimiter}{quote}") + text.count(f"\n{quote}")

    return "'" if uses("'") > 2 and uses('"') == 0 else '"'


def _header(text: str, delimiter: str, quote: str) -> tuple[tuple[str, ...], int]:
    """The first line that is not blank, and how many lines stand before it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                return tuple(cell.strip() for cell in cells), before
            before = reader.line_num
    except csv.Error:
        return (), 0
    return (), 0


def check_header(header: Sequence[str]) -> None:
    """Refuse a header that cannot be one."""
    if len(header) > MAX_COLUMNS:
        raise FileRefused(
            _("The first line names %(count)d columns; %(limit)d are the most.")
            % {"count": len(header), "limit": MAX_COLUMNS},
            remedy=_("Export only the columns you need."),
        )


def _line_with_accents(text: str) -> str:
    lines = text.split("\n")[1:-1] or text.split("\n")
    accented = (line for line in lines if any(c.lower() in LETTERS for c in line))
    return next(accented, lines[0] if lines else "")[:SHOWN_LINE]
