"""Which warehouse a sale is taken from. Pure, so that every case can be tested."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.models import StockLevel


def choose_level(
    levels: Sequence[StockLevel], *, quantity: int, default_warehouse_id: int
) -> StockLevel | None:
    """The level to promise ``quantity`` pieces from; None when the product lies nowhere yet.

    The default warehouse if it has enough, else the fullest one that has, else the default
    although it falls short, else the fullest. Levels of closed warehouses must be left out.
    """
    if not levels:
        return None
    default = next((one for one in levels if one.warehouse_id == default_warehouse_id), None)
    fullest = max(levels, key=lambda one: (one.available, -one.pk))
    if default is not None and (default.available >= quantity or fullest.available < quantity):
        return default
    return fullest
