"""Pages of runs that plan."""

from __future__ import annotations

from syncs.queries.plan_pages.confirming import apply_page, brake_page, retry_page, undo_page
from syncs.queries.plan_pages.lines import PlanFilter
from syncs.queries.plan_pages.page import lines_matching, plan_page
from syncs.queries.plan_pages.progress import plan_progress

__all__ = [
    "PlanFilter",
    "apply_page",
    "brake_page",
    "lines_matching",
    "plan_page",
    "plan_progress",
    "retry_page",
    "undo_page",
]
