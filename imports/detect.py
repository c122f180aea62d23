"""What kind of text a file is: encoding, delimiter, quote. Everything found is shown to the seller."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.errors import FileRefused
from imports.formats import recognise

SAMPLE = 256 * 1024
CHUNK = 1024 * 1024
DELIMITERS = (";", ",", "\t", "|")
MAX_COLUMNS = 1000
SHOWN_LINE = 300
_ASCII = bytes(range(128))
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
# How likely a character is in Polish, Czech, Slovak and Hungarian shop texts.
_LETTERS = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüőű")
_SIGNS = frozenset("„”“‚’‘–—…°§×€®©™·«» ")
SINGLE_BYTE = {"windows-1250": "cp1250", "ISO-8859-2": "iso8859_2"}
# What a seller may choose.
ENCODINGS = ("UTF-8", "UTF-16", *SINGLE_BYTE)


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
    encoding = chosen.encoding and _checked(path, chosen.encoding)
    encoding = encoding or _encoding(path, beginning)
    text = _decoded(beginning, encoding)
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
        body = _decoded(file.read(SAMPLE), "UTF-8")
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


def _encoding(path: Path, beginning: bytes) -> str:
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "UTF-16")
    nuls = beginning[:4096].count(0)
    if nuls * 5 > len(beginning[:4096]):
        # Plain letters in UTF-16 have a NUL as every second byte; the place tells the byte order.
        even = beginning[:4096:2].count(0)
        return _checked(path, "UTF-16-BE" if even * 2 > nuls else "UTF-16-LE")
    findings = _look_through(path)
    if findings.nul_line:
        raise FileRefused(
            _("There are NUL bytes in line %(line)d, so this is not plain text.")
            % {"line": findings.nul_line},
            remedy=_("Export the file again as CSV (UTF-8)."),
        )
    if not findings.broken:
        return "UTF-8 BOM" if beginning.startswith(codecs.BOM_UTF8) else "UTF-8"
    if findings.good > findings.broken or beginning.startswith(codecs.BOM_UTF8):
        raise _changes_encoding(findings.broken_line)
    return _single_byte(findings.high)


@dataclass(slots=True)
class _Findings:
    good: int = 0
    broken: int = 0
    broken_line: int = 0
    nul_line: int = 0
    high: bytes = b""


def _look_through(path: Path) -> _Findings:
    """Read as UTF-8, counting characters beyond ASCII and bytes that do not fit."""
    found = _Findings()
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    lines = 1
    for chunk in _chunks(path):
        if not found.nul_line and 0 in chunk:
            found.nul_line = lines + chunk[: chunk.index(0)].count(b"\n")
        if not chunk.isascii():
            text = decoder.decode(chunk)
            bad = sum("\udc80" <= c <= "\udcff" for c in text) if not _clean(text) else 0
            if bad and not found.broken:
                place = next(i for i, c in enumerate(text) if "\udc80" <= c <= "\udcff")
                found.broken_line = lines + text.count("\n", 0, place)
            found.broken += bad
            found.good += len(text) - len(text.encode("ascii", "ignore")) - bad
            if len(found.high) < CHUNK:
                found.high += chunk.translate(None, _ASCII)
        else:
            decoder.decode(chunk)
        lines += chunk.count(b"\n")
    if decoder.decode(b"", final=True):  # the file ends inside a character
        found.broken += 1
        found.broken_line = found.broken_line or lines
    return found


def _clean(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _single_byte(high: bytes) -> str:
    best, points = "", -(10**9)
    for name, codec in SINGLE_BYTE.items():
        text = high.decode(codec, errors="replace")
        # Undefined bytes and control characters: no text of this encoding has them.
        if any(c == "\ufffd" or "\x80" <= c <= "\x9f" for c in text):
            continue
        if (scored := sum(map(_likely, text))) > points:
            best, points = name, scored
    if points < 0:
        raise FileRefused(
            _("The file is neither UTF-8 nor windows-1250 nor ISO-8859-2 text."),
            remedy=_("Export the file again as CSV (UTF-8)."),
        )
    return best


def _likely(character: str) -> int:
    if character in _LETTERS:
        return 4
    if character.lower() in _LETTERS:
        return 2
    return 1 if character in _SIGNS else -1


def _checked(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(codec_of(encoding))(errors="strict")
    lines = 1
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise _changes_encoding(lines) from error
        if "\0" in text:
            raise FileRefused(
                _("There are NUL bytes in the text."),
                remedy=_("Export the file again as CSV (UTF-8)."),
            )
        lines += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _changes_encoding(lines) from error
    return encoding


def _changes_encoding(line: int) -> FileRefused:
    return FileRefused(
        _("Line %(line)d is not written in the encoding of the rest of the file.") % {"line": line},
        remedy=_("Mend that line, or export the whole file again as CSV (UTF-8)."),
    )


def codec_of(encoding: str) -> str:
    """Python's name for an encoding as we show it."""
    return {"UTF-8": "utf-8", "UTF-8 BOM": "utf-8-sig", **SINGLE_BYTE}.get(encoding, encoding)


def _decoded(beginning: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(codec_of(encoding))(errors="strict")
    # The sample may end inside a character; what is left in the decoder then is not looked at.
    return decoder.decode(beginning, final=False).replace("\r\n", "\n").replace("\r", "\n")


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
    accented = (line for line in lines if any(c.lower() in _LETTERS for c in line))
    return next(accented, lines[0] if lines else "")[:SHOWN_LINE]
