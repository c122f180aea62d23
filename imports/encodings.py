"""Which encoding a file is written in: looked for in all of it, never guessed against the bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from imports.errors import FileRefused

CHUNK = 1024 * 1024
_ASCII = bytes(range(128))
# How likely a character is in Polish, Czech, Slovak and Hungarian shop texts.
LETTERS = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüőű")
_SIGNS = frozenset("„”“‚’‘–—…°§×€®©™·«» ")
SINGLE_BYTE = {"windows-1250": "cp1250", "ISO-8859-2": "iso8859_2"}
# What a seller may choose.
ENCODINGS = ("UTF-8", "UTF-16", *SINGLE_BYTE)


def find_encoding(path: Path, beginning: bytes) -> str:
    """The encoding of the whole file. Raises :class:`FileRefused` for what is not text."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return checked_encoding(path, "UTF-16")
    nuls = beginning[:4096].count(0)
    if nuls * 5 > len(beginning[:4096]):
        # Plain letters in UTF-16 have a NUL as every second byte; the place tells the byte order.
        even = beginning[:4096:2].count(0)
        return checked_encoding(path, "UTF-16-BE" if even * 2 > nuls else "UTF-16-LE")
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
    if character in LETTERS:
        return 4
    if character.lower() in LETTERS:
        return 2
    return 1 if character in _SIGNS else -1


def checked_encoding(path: Path, encoding: str) -> str:
    """The encoding, if all of the file is written in it. Raises :class:`FileRefused` with the line."""
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


def decoded(beginning: bytes, encoding: str) -> str:
    """The text of a file's beginning, its lines ended by a line feed."""
    decoder = codecs.getincrementaldecoder(codec_of(encoding))(errors="strict")
    # The sample may end inside a character; what is left in the decoder then is not looked at.
    return decoder.decode(beginning, final=False).replace("\r\n", "\n").replace("\r", "\n")
