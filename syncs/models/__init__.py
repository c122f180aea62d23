"""Sync runs, and the discrepancies a check finds."""

from __future__ import annotations

from syncs.models.discrepancies import (
    Discrepancy,
    DiscrepancyEntry,
    DiscrepancyRule,
    OfferAtLastCheck,
)
from syncs.models.runs import SyncItem, SyncRun

__all__ = [
    "Discrepancy",
    "DiscrepancyEntry",
    "DiscrepancyRule",
    "OfferAtLastCheck",
    "SyncItem",
    "SyncRun",
]
