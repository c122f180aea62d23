"""How many pieces are free for a hold, and in which places they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.models import Hold, StockLevel
from inventory.operations.places import Places
from inventory.queries.bundles import Component


def free(
    hold: Hold, parts: Sequence[Component], levels: Sequence[StockLevel], places: Places
) -> int | None:
    """How many of the product may be kept; None when nothing limits it.

    What is oversold in one place will have to be taken from another, so no place gives more than
    all together have.
    """
    limits = []
    for part in parts:
        everywhere = sum(
            level.available
            for level in levels
            if level.product_id == part.product_id and level.warehouse_id in places.open
        )
        here = sum(level.available for level in usable(hold, part, levels, places))
        limits.append(min(everywhere, here) // part.units)
    return min(limits, default=None)


def usable(
    hold: Hold, part: Component, levels: Sequence[StockLevel], places: Places
) -> list[StockLevel]:
    """The levels of a part that may be taken from: open places, or the one that was asked for."""
    wanted = places.open & {hold.warehouse_id} if hold.warehouse_id else places.open
    return [
        level
        for level in levels
        if level.product_id == part.product_id
        and level.warehouse_id in wanted
        and level.available > 0
    ]


def spread(
    levels: Sequence[StockLevel], quantity: int, default: int
) -> list[tuple[StockLevel, int]]:
    """Where the pieces are taken from: one place if one has them all, the default one first."""
    fullest_first = sorted(
        levels,
        key=lambda one: (
            one.available < quantity,
            one.warehouse_id != default,
            -one.available,
            one.pk,
        ),
    )
    taken = []
    for level in fullest_first:
        if quantity > 0:
            pieces = min(level.available, quantity)
            taken.append((level, pieces))
            quantity -= pieces
    return taken
