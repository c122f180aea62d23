"""Every write to stock: ledger line and level together, each cause once."""

from __future__ import annotations

from inventory.operations.bundles import (
    BundleHasNoStock,
    BundleItem,
    InvalidBundle,
    set_bundle,
)
from inventory.operations.holds import (
    HoldIsOver,
    NotEnoughStock,
    confirm_hold,
    expire_holds,
    release_hold,
    reserve_strictly,
)
from inventory.operations.importing import ImportedLevel, import_levels
from inventory.operations.reservations import (
    Wanted,
    consume,
    move_reservations,
    release,
    reserve,
)
from inventory.operations.returning import restock
from inventory.operations.setting import InvalidStock, correct_stock, set_minimum, set_on_hand
from inventory.operations.warehouses import ensure_default_warehouse, warehouse_by_code

__all__ = [
    "BundleHasNoStock",
    "BundleItem",
    "HoldIsOver",
    "ImportedLevel",
    "InvalidBundle",
    "InvalidStock",
    "NotEnoughStock",
    "Wanted",
    "confirm_hold",
    "consume",
    "correct_stock",
    "ensure_default_warehouse",
    "expire_holds",
    "import_levels",
    "move_reservations",
    "release",
    "release_hold",
    "reserve",
    "reserve_strictly",
    "restock",
    "set_bundle",
    "set_minimum",
    "set_on_hand",
    "warehouse_by_code",
]
