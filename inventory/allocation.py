"""Which warehouse a sale is taken from. Pure, so that every case can be tested."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.models import StockLevel


def choose_level(
    levels: Sequence[StockLevel],
    *,
    quantity: int,
    default_warehouse_id: int,
    preferred: Sequence[int] = (),
) -> StockLevel | None:
    """The level to promise ``quantity`` pieces from; None when the product lies nowhere yet.

    With ``preferred`` warehouses: the first of them that has enough, else the fullest of them. Others
    are not looked at while the product has a level in one of those: what an account may sell is
    counted from the same warehouses, and a sale elsewhere would take what another was promised.

    Otherwise the default warehouse if it has enough, else the fullest one that has, else the default
    although it falls short, else the fullest. Levels of closed warehouses must be left out.
    """
    if not levels:
        return None
    if chosen := _of_preferred(levels, quantity=quantity, preferred=preferred):
        return chosen
    default = next((one for one in levels if one.warehouse_id == default_warehouse_id), None)
    fullest = max(levels, key=lambda one: (one.available, -one.pk))
    if default is not None and (default.available >= quantity or fullest.available < quantity):
        return default
    return fullest


def _of_preferred(
    levels: Sequence[StockLevel], *, quantity: int, preferred: Sequence[int]
) -> StockLevel | None:
    rank = {warehouse_id: number for number, warehouse_id in enumerate(preferred)}
    named = sorted(
        (one for one in levels if one.warehouse_id in rank), key=lambda one: rank[one.warehouse_id]
    )
    enough = (one for one in named if one.available >= quantity)
    # max() keeps the first of equals, which is the one preferred most.
    return next(enough, None) or max(named, key=lambda one: one.available, default=None)
