"""Primary keys in what callers send."""

from __future__ import annotations

# Digits of the greatest bigint that are always safe to read.
LONGEST = 18


def row_id(text: str) -> int:
    """The primary key a text names; 0, which no row has, when it names none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        return 0
    return int(text)
