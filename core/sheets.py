"""Lines of CSV files that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

# What makes spreadsheets read UTF-8 as such.
BOM = "\ufeff"


def sheet_line(cells: Sequence[object]) -> str:
    """One line, ``;`` between the cells, CRLF at the end."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def harmless(text: str) -> str:
    """A spreadsheet takes what begins like a formula for one; a quote in front keeps it a text."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
