"""Prices edited on both sides, and what must come of it. Written without the product's code.

A shop of many offers, each known by its code. Some prices are edited in the catalogue, some at
Allegro, some on both sides to the same price, some on both sides to different ones: only the last are
conflicts. All prices are amounts of the seller's currency with two decimals, as text.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

SHOPTET = "code;name;ean;price;currency;includingVat;stock;productVisibility"


@dataclass
class Edits:
    """Which codes were edited where; the groups do not overlap."""

    ours: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    # Edited at Allegro and put back before anybody looked.
    back: list[str] = field(default_factory=list)

    def catalogue(self, former: Mapping[str, str]) -> dict[str, str]:
        """The catalogue's prices after the edits."""
        edited = {*self.ours, *self.alike, *self.apart}
        return {
            code: raised(price, 5) if code in edited else price for code, price in former.items()
        }

    def at_allegro(self, former: Mapping[str, str]) -> dict[str, str]:
        """The prices edited at Allegro, by code; those of others stand as they were."""
        found = {code: raised(former[code], 9) for code in (*self.theirs, *self.apart)}
        return found | {code: raised(former[code], 5) for code in self.alike}

    def agreed(self, former: Mapping[str, str]) -> dict[str, str]:
        """What both sides must show after quiet, but for the conflicts."""
        ours, theirs = self.catalogue(former), self.at_allegro(former)
        open_ones = set(self.apart)
        return {
            code: theirs.get(code, ours[code]) for code in former if code not in open_ones
        }  # fmt: skip

    def conflicts(self, former: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """The true conflicts: ours and theirs by code."""
        ours, theirs = self.catalogue(former), self.at_allegro(former)
        return {code: (ours[code], theirs[code]) for code in self.apart}

    def writes(self) -> set[str]:
        """Codes whose price has to be written to Allegro before anybody resolves anything."""
        return set(self.ours)


def drawn(codes: Iterable[str], dice: random.Random, **sizes: int) -> Edits:
    """So many codes for each group, at random."""
    shuffled = sorted(codes)
    dice.shuffle(shuffled)
    edits = Edits()
    for name, size in sizes.items():
        setattr(edits, name, shuffled[:size])
        del shuffled[:size]
    return edits


def raised(price: str, percent: int) -> str:
    """A price so many per cent higher, in cents; never the same one."""
    return f"{Decimal(price) * (100 + percent) / 100 + Decimal('0.01'):.2f}"


def shoptet_file(goods: Iterable[Mapping[str, str]], prices: Mapping[str, str]) -> bytes:
    """The catalogue as a Shoptet file: ``goods`` hold code, name, ean and stock."""
    rows = (
        (
            one["code"],
            one["name"],
            one["ean"],
            prices[one["code"]],
            "PLN",
            "1",
            one["stock"],
            "visible",
        )
        for one in goods
    )
    lines = [SHOPTET, *(";".join(row) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def different(found: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    """Codes of which one side knows nothing, or something else."""
    codes = found.keys() | wanted.keys()
    return sorted(code for code in codes if found.get(code) != wanted.get(code))
