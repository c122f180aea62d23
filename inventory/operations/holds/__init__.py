"""Holds: pieces kept for a shop, a script or a person, never more than are free."""

from __future__ import annotations

from inventory.operations.holds.keeping import NotEnoughStock, reserve_strictly
from inventory.operations.holds.settling import (
    HoldIsOver,
    confirm_hold,
    expire_holds,
    release_hold,
)

__all__ = [
    "HoldIsOver",
    "NotEnoughStock",
    "confirm_hold",
    "expire_holds",
    "release_hold",
    "reserve_strictly",
]
