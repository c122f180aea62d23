"""Reads of the catalogue."""

from __future__ import annotations

from products.queries.choices import catalogue_choices
from products.queries.detail import product_page
from products.queries.finding import SEARCH_BOUND, found_ids
from products.queries.history import changes_of, history_page
from products.queries.listing import (
    FILTERS,
    SORTS,
    STATES,
    STOCKS,
    SYNCS,
    Wish,
    product_list,
    products_of,
)
from products.queries.sync_rules import Syncing, live_rules, sync_reason

__all__ = [
    "FILTERS",
    "SEARCH_BOUND",
    "SORTS",
    "STATES",
    "STOCKS",
    "SYNCS",
    "Syncing",
    "Wish",
    "catalogue_choices",
    "changes_of",
    "found_ids",
    "history_page",
    "live_rules",
    "product_list",
    "product_page",
    "products_of",
    "sync_reason",
]
