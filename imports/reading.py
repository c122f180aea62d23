"""Records of a CSV file, one at a time, in flat memory, with the physical line each begins on."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from imports.detect import Detected
from imports.encodings import codec_of
from imports.errors import FileRefused

MAX_LINE = 1024 * 1024
MAX_CELL = 256 * 1024
MAX_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record; ``broken`` says that its quotes do not make sense."""

    line: int
    cells: list[str]
    broken: str = ""


class CsvFile:
    """An open file being read; ``bytes_read`` tells how far."""

    def __init__(self, path: Path, detected: Detected) -> None:
        self._path, self._detected = path, detected
        self._bytes = path.open("rb")
        self._text = TextIOWrapper(self._bytes, codec_of(detected.encoding), newline="")
        self.size = path.stat().st_size
        self.ends_with_newline = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._text.close()

    @property
    def bytes_read(self) -> int:
        return self._bytes.tell()

    def records(self) -> Iterator[Record]:
        """Every record after the header; blank ones are left out.

        Raises :class:`FileRefused` for a line, a cell or a number of rows beyond all reason, and for
        a quote that is never closed, because then nobody can tell where rows begin.
        """
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(
            self._lines(),
            delimiter=self._detected.delimiter,
            quotechar=self._detected.quote,
            strict=True,
        )
        first_data_line = self._detected.header_line + 1
        count, header_seen = 0, False
        records = 0
        while True:
            records += 1
            begins = records if self._detected.by_record else reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if not header_seen:
                    raise _unclosed(begins) from error
                yield _broken(begins, error)
                count += 1
                continue
            if begins < first_data_line:
                header_seen = header_seen or begins == self._detected.header_line
                continue
            header_seen = True
            if not any(cells) or not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MAX_ROWS:
                raise FileRefused(
                    _("The file has more than %(limit)d rows.") % {"limit": MAX_ROWS},
                    remedy=_("Divide it into several files."),
                )
            yield Record(line=begins, cells=cells)

    def _lines(self) -> Iterator[str]:
        number, read = 0, self._text.readline
        while line := self._line(read, number + 1):
            number += 1
            if len(line) >= MAX_LINE and line[-1] not in "\r\n":
                raise FileRefused(
                    _("Line %(line)d is longer than a megabyte.") % {"line": number},
                    remedy=_("Look whether the file is whole; export it again as CSV."),
                )
            self.ends_with_newline = line[-1] in "\r\n"
            yield line

    @staticmethod
    def _line(read: Callable[[int], str], number: int) -> str:
        try:
            return read(MAX_LINE)
        except UnicodeDecodeError as error:
            raise FileRefused(
                _("Line %(line)d is not written in the encoding of the rest of the file.")
                % {"line": number},
                remedy=_("Mend that line, or export the whole file again as CSV (UTF-8)."),
            ) from error


def _broken(line: int, error: csv.Error) -> Record:
    text = str(error)
    if "field larger" in text or "end of data" in text:
        raise _unclosed(line) from error
    return Record(line=line, cells=[], broken=text)


def _unclosed(line: int) -> FileRefused:
    return FileRefused(
        _("A quote that opens in line %(line)d is never closed.") % {"line": line},
        remedy=_(
            'Write a quote inside a text twice (""), and close every text that opens with one.'
        ),
    )
