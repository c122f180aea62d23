"""Stock: an append-only ledger, the levels it adds up to, what is promised, moved and counted."""

from __future__ import annotations

from inventory.models.bundles import BundlePart
from inventory.models.low import LowStock
from inventory.models.reservations import Hold, Reservation
from inventory.models.stock import StockLevel, StockMovement, Warehouse
from inventory.models.stocktakes import Stocktake, StocktakeLine
from inventory.models.transfers import Transfer, TransferLine, TransferReceipt

__all__ = [
    "BundlePart",
    "Hold",
    "LowStock",
    "Reservation",
    "StockLevel",
    "StockMovement",
    "Stocktake",
    "StocktakeLine",
    "Transfer",
    "TransferLine",
    "TransferReceipt",
    "Warehouse",
]
