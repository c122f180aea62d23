"""Stock: an append-only ledger, the levels it adds up to, what is promised, moved and counted."""

from __future__ import annotations

from inventory.models.bundles import BundlePart
from inventory.models.reservations import Reservation
from inventory.models.stock import StockLevel, StockMovement, Warehouse

__all__ = ["BundlePart", "Reservation", "StockLevel", "StockMovement", "Warehouse"]
