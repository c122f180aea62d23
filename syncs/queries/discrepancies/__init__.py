"""Reads of discrepancies: which, in words, the inbox, one of them, and the state of all."""

from __future__ import annotations

from syncs.queries.discrepancies.detail import discrepancy_detail, entries_of
from syncs.queries.discrepancies.inbox import inbox
from syncs.queries.discrepancies.rows import row_view
from syncs.queries.discrepancies.selection import (
    TABS,
    DiscrepancyFilter,
    chosen,
    discrepancies_matching,
    discrepancies_of,
)
from syncs.queries.discrepancies.status import grave_count, sync_status

__all__ = [
    "TABS",
    "DiscrepancyFilter",
    "chosen",
    "discrepancies_matching",
    "discrepancies_of",
    "discrepancy_detail",
    "entries_of",
    "grave_count",
    "inbox",
    "row_view",
    "sync_status",
]
