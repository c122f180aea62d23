"""Journals of events with cursors: append-only, read from a cursor, trimmed by age."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Entry:
    """One event. ``number`` grows with the journal; ``occurred_at`` need not."""

    number: int
    kind: str
    subject: str
    occurred_at: float
    written_at: float
    body: dict[str, Any]
    visible_at: float = 0.0


@dataclass
class Journal:
    """Events of one seller. Held and lost entries are the work of faults.

    ``held`` waits for the next event and is written after it (disorder); ``lost`` was never
    written, and can be written later, as Allegro has done after incidents.
    """

    entries: list[Entry] = field(default_factory=list)
    held: list[Entry] = field(default_factory=list)
    lost: list[Entry] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)

    def last_number(self) -> int:
        return self._numbers[-1] if self._numbers else 0

    def write(self, entry: Entry) -> Entry:
        """Append with the next free number: microseconds of the moment of writing, and growing."""
        entry.number = max(int(entry.written_at * 1_000_000), self.last_number() + 7)
        self.entries.append(entry)
        self._numbers.append(entry.number)
        return entry

    def after(self, number: int) -> int:
        """Position of the first entry with a greater number."""
        return bisect_right(self._numbers, number)

    def trim(self, oldest: float) -> None:
        """Forget entries written before the given moment."""
        cut = 0
        while cut < len(self.entries) and self.entries[cut].written_at < oldest:
            cut += 1
        if cut:
            del self.entries[:cut], self._numbers[:cut]
