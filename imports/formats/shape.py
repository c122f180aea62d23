"""What a format module gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from imports.formats.writing import Export
from imports.understanding import Surroundings, Understanding


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. ``score`` is 0 when a header cannot be it, else how many names it knows.

    ``export`` is how the catalogue is written in it.
    """

    key: str
    title: str
    score: Callable[[Sequence[str]], int]
    understand: Callable[[Sequence[str], Surroundings], Understanding]
    export: Export
