"""Identifiers drawn from the seed: the same seed gives the same world."""

from __future__ import annotations

import random


class Identities:
    """Source of ids. One instance per world; every draw moves it on."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._offer = 13_000_000_000 + self.random.randrange(900_000_000)
        self._seller = 40_000_000 + self.random.randrange(9_000_000)
        self._buyer = 70_000_000 + self.random.randrange(9_000_000)

    def uuid(self) -> str:
        """A version 4 UUID, spelled out by hand: seeding needs tens of thousands."""
        digits = f"{self.random.getrandbits(128):032x}"
        groups = (digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:])
        return "-".join(groups)

    def offer(self) -> str:
        self._offer += self.random.randrange(3, 97)
        return str(self._offer)

    def seller(self) -> str:
        self._seller += self.random.randrange(11, 5003)
        return str(self._seller)

    def buyer(self) -> str:
        self._buyer += self.random.randrange(11, 5003)
        return str(self._buyer)

    def hex(self, length: int) -> str:
        return f"{self.random.getrandbits(4 * length):0{length}x}"

    def revision(self) -> str:
        return self.hex(8)
