"""Sync runs with their plans, conflicts, and the discrepancies a check finds."""

from __future__ import annotations

from syncs.models.conflicts import Conflict
from syncs.models.discrepancies import (
    Discrepancy,
    DiscrepancyEntry,
    DiscrepancyRule,
    OfferAtLastCheck,
)
from syncs.models.plans import PlannedChange, RunBrake, RunTarget
from syncs.models.runs import SyncItem, SyncRun

__all__ = [
    "Conflict",
    "Discrepancy",
    "DiscrepancyEntry",
    "DiscrepancyRule",
    "OfferAtLastCheck",
    "PlannedChange",
    "RunBrake",
    "RunTarget",
    "SyncItem",
    "SyncRun",
]
