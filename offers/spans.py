"""Sets of row ids as spans: a set of neighbours, however large, stays a few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = Sequence[int]
"""First and last id, both inside."""


def contains(spans: Sequence[Span], one: int) -> bool:
    """Whether an id is in one of the spans."""
    return any(first <= one <= last for first, last in spans)


def with_ids(spans: Sequence[Span], ids: Iterable[int]) -> list[list[int]]:
    """The spans with more ids in them: sorted, apart from each other, as short as can be."""
    merged: list[list[int]] = []
    for first, last in sorted([*((one, one) for one in ids), *((a, b) for a, b in spans)]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return merged


def count(spans: Sequence[Span]) -> int:
    """How many ids the spans hold."""
    return sum(last - first + 1 for first, last in spans)


def as_multirange(spans: Sequence[Span]) -> str:
    """PostgreSQL's text form of an ``int8multirange``."""
    return "{" + ",".join(f"[{first},{last}]" for first, last in spans) + "}"
