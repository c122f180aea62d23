"""One terminal for all processes: each line carries the name of who said it."""

from __future__ import annotations

import os
import sys
from typing import TextIO

COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92")
WIDTH = 8


class Terminal:
    """Writes whole lines with a name in front; coloured on a terminal unless NO_COLOR is set."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.coloured = self.stream.isatty() and "NO_COLOR" not in os.environ
        self._colour_of: dict[str, str] = {}

    def line(self, name: str, text: str) -> None:
        """Write one line; a closed terminal (HUP) is no reason to fall over while stopping."""
        try:
            self.stream.write(f"{self._label(name)} {text}\n")
            self.stream.flush()
        except (OSError, ValueError):
            self.stream = open(os.devnull, "w")  # noqa: SIM115 -- lives as long as we do

    def _label(self, name: str) -> str:
        label = f"{name:<{WIDTH}}|"
        if not self.coloured:
            return label
        colour = self._colour_of.setdefault(name, COLOURS[len(self._colour_of) % len(COLOURS)])
        return f"\x1b[{colour}m{label}\x1b[0m"
