"""Which order lines returned pieces belong to. Pure.

Allegro's items of a return name offers, and one offer can stand in several lines of an order
(allegro-api#3797), so pieces are allotted: to a line they fit exactly, else line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Room:
    """An order line of the offer, and how many of its pieces no return has claimed yet."""

    line_id: int
    left: int


def allot(quantity: int, rooms: Sequence[Room]) -> list[tuple[int | None, int]]:
    """Spread the pieces over the lines as (line id, pieces) and take them off ``rooms``.

    What is more than the order had comes last, with no line.
    """
    exact = next((room for room in rooms if room.left == quantity), None)
    given: list[tuple[int | None, int]] = []
    for room in [exact] if exact else rooms:
        pieces = min(room.left, quantity)
        if pieces > 0:
            room.left -= pieces
            quantity -= pieces
            given.append((room.line_id, pieces))
    return [*given, (None, quantity)] if quantity > 0 else given


def allot_whole(quantity: int, rooms: Sequence[Room]) -> int | None:
    """The one line for pieces that cannot be split any more: the roomiest; None when none has room."""
    best = max(rooms, key=lambda room: room.left, default=None)
    if best is None or best.left <= 0:
        return None
    best.left = max(0, best.left - quantity)
    return best.line_id
