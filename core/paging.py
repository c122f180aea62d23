"""Pages of long lists. Counting is the dear part, so counts stop at a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from core.row_ids import row_id

T = TypeVar("T")
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``total`` is exact up to :data:`COUNT_CAP`, above it the cap itself."""

    items: list[T]
    number: int
    size: int
    total: int
    total_is_exact: bool
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def first(self) -> int:
        """The position of the page's first item, from 1; 0 on an empty page."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.items)

    @property
    def total_label(self) -> str:
        """The count for people: ``1,234`` or ``10,000+``."""
        return f"{self.total:,}" + ("" if self.total_is_exact else "+")


def paged(queryset: QuerySet[Any], *, number: int, size: int) -> Page[Any]:
    """Page ``number`` (from 1) of an ordered queryset: two queries, whatever the length of the list."""
    start = (max(number, 1) - 1) * size
    rows = list(queryset[start : start + size + 1])
    counted = queryset.order_by()[: COUNT_CAP + 1].count()
    return Page(
        items=rows[:size],
        number=max(number, 1),
        size=size,
        total=min(counted, COUNT_CAP),
        total_is_exact=counted <= COUNT_CAP,
        has_next=len(rows) > size,
    )


def capped_count(queryset: QuerySet[Any]) -> str:
    """How many rows there are, for people, such as ``1,234`` or ``10,000+``; counted up to the cap."""
    count = queryset.order_by().values("pk")[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def page_number(text: str | None) -> int:
    """The page a query string asks for; anything unreadable is the first page."""
    number = row_id(text or "")
    return number if 0 < number < 1_000_000 else 1
