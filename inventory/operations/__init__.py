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
from inventory.operations.importing import ImportedLevel, forget_minimums, import_levels
from inventory.operations.ledger import InvalidStock
from inventory.operations.low_stock import watch_all, watch_low_stock
from inventory.operations.receiving import receive_transfer
from inventory.operations.recounting import mend_stock
from inventory.operations.reservations import (
    Wanted,
    consume,
    move_reservations,
    release,
    reserve,
)
from inventory.operations.returning import (
    PiecesGone,
    ReturnedPieces,
    rebook_returned,
    restock,
)
from inventory.operations.setting import correct_stock, set_minimum, set_on_hand
from inventory.operations.stocktakes import (
    StocktakeRefused,
    count_line,
    discard_stocktake,
    forget_count,
    request_post,
    start_stocktake,
)
from inventory.operations.transfers import (
    InvalidTransfer,
    cancel_transfer,
    draft_transfer,
    send_transfer,
    set_transfer_line,
)
from inventory.operations.warehouses import (
    WarehouseRefused,
    add_warehouse,
    change_warehouse,
    ensure_default_warehouse,
    make_default,
    set_open,
    warehouse_by_code,
)

__all__ = [
    "BundleHasNoStock",
    "BundleItem",
    "HoldIsOver",
    "ImportedLevel",
    "InvalidBundle",
    "InvalidStock",
    "InvalidTransfer",
    "NotEnoughStock",
    "PiecesGone",
    "ReturnedPieces",
    "StocktakeRefused",
    "Wanted",
    "WarehouseRefused",
    "add_warehouse",
    "cancel_transfer",
    "change_warehouse",
    "confirm_hold",
    "consume",
    "correct_stock",
    "count_line",
    "discard_stocktake",
    "draft_transfer",
    "ensure_default_warehouse",
    "expire_holds",
    "forget_count",
    "forget_minimums",
    "import_levels",
    "make_default",
    "mend_stock",
    "move_reservations",
    "rebook_returned",
    "receive_transfer",
    "release",
    "release_hold",
    "request_post",
    "reserve",
    "reserve_strictly",
    "restock",
    "send_transfer",
    "set_bundle",
    "set_minimum",
    "set_on_hand",
    "set_open",
    "set_transfer_line",
    "start_stocktake",
    "warehouse_by_code",
    "watch_all",
    "watch_low_stock",
]
