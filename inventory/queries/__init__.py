"""Reads of stock: levels, their sums, what may be sold, the ledger."""

from __future__ import annotations

from inventory.queries.availability import available_by_product
from inventory.queries.bundles import (
    Component,
    bundles_holding,
    bundles_with,
    components_of,
    parts_of,
)
from inventory.queries.export import ledger_lines
from inventory.queries.holds import hold_page, holds_of
from inventory.queries.levels import (
    FILTERS,
    Stock,
    adjust_page,
    ledger_sums,
    level_page,
    levels_by_place,
    levels_of,
    movement_page,
    movements_of,
    stock_of,
    warehouses_of,
)
from inventory.queries.low import low_of, low_page
from inventory.queries.recounting import Difference, differences
from inventory.queries.scanning import UnknownCode, product_by_code
from inventory.queries.stocktakes import (
    LINE_FILTERS,
    latest_counts,
    line_sums,
    lines_of,
    stocktake_detail,
    stocktake_page,
    stocktakes_of,
)
from inventory.queries.tabs import stock_tabs
from inventory.queries.transfers import in_transit, transfer_detail, transfer_page, transfers_of
from inventory.queries.warehouses import all_warehouses, warehouse_page

__all__ = [
    "FILTERS",
    "LINE_FILTERS",
    "Component",
    "Difference",
    "Stock",
    "UnknownCode",
    "adjust_page",
    "all_warehouses",
    "available_by_product",
    "bundles_holding",
    "bundles_with",
    "components_of",
    "differences",
    "hold_page",
    "holds_of",
    "in_transit",
    "latest_counts",
    "ledger_lines",
    "ledger_sums",
    "level_page",
    "levels_by_place",
    "levels_of",
    "line_sums",
    "lines_of",
    "low_of",
    "low_page",
    "movement_page",
    "movements_of",
    "parts_of",
    "product_by_code",
    "stock_of",
    "stock_tabs",
    "stocktake_detail",
    "stocktake_page",
    "stocktakes_of",
    "transfer_detail",
    "transfer_page",
    "transfers_of",
    "warehouse_page",
    "warehouses_of",
]
