"""Sync runs: started, worked on, stopped, repeated."""

from __future__ import annotations

from syncs.operations.backfill import DaysNotReadable, DaysUnderWay, start_backfill
from syncs.operations.runner import run_due
from syncs.operations.start import (
    PULLS,
    AccountNotWorking,
    RunNotOpen,
    RunNotRepeatable,
    cancel_run,
    retry_run,
    start_pulls,
    start_run,
)

__all__ = [
    "PULLS",
    "AccountNotWorking",
    "DaysNotReadable",
    "DaysUnderWay",
    "RunNotOpen",
    "RunNotRepeatable",
    "cancel_run",
    "retry_run",
    "run_due",
    "start_backfill",
    "start_pulls",
    "start_run",
]
