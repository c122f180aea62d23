"""Reads of sync runs and of discrepancies."""

from __future__ import annotations

from syncs.queries.runs import (
    AccountRow,
    RunView,
    account_rows,
    is_silent,
    items_of,
    last_done,
    last_wide_sweep,
    latest_run,
    open_run,
    run_detail,
    run_progress,
    run_view,
    runs_of,
    sync_overview,
    unfinished_backfill,
    working_accounts,
)

__all__ = [
    "AccountRow",
    "RunView",
    "account_rows",
    "is_silent",
    "items_of",
    "last_done",
    "last_wide_sweep",
    "latest_run",
    "open_run",
    "run_detail",
    "run_progress",
    "run_view",
    "runs_of",
    "sync_overview",
    "unfinished_backfill",
    "working_accounts",
]
