"""What the pages of Stock let people type."""

from __future__ import annotations

from inventory.forms.bundles import BundleForm
from inventory.forms.levels import AdjustForm, LedgerForm, first_values
from inventory.forms.places import WarehouseForm
from inventory.forms.stocktakes import CountForm, PostForm, StocktakeForm
from inventory.forms.transfers import PiecesForm, ReceiveForm, TransferForm

__all__ = [
    "AdjustForm",
    "BundleForm",
    "CountForm",
    "LedgerForm",
    "PiecesForm",
    "PostForm",
    "ReceiveForm",
    "StocktakeForm",
    "TransferForm",
    "WarehouseForm",
    "first_values",
]
