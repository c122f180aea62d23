"""Primary keys in what callers send, and many of them in one query."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

# Digits of the greatest bigint that are always safe to read.
LONGEST = 18


def row_id(text: str) -> int:
    """The primary key a text names; 0, which no row has, when it names none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        return 0
    return int(text)


def among(ids: Collection[int]) -> RawSQL:
    """For ``pk__in=among(ids)`` with thousands of ids: one array, where a list costs Django a parameter
    each, which takes longer than the query."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)], output_field=BigIntegerField())
