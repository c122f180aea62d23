"""Reads of plans: their lines and numbers, what holds them, and why a field stands as it does."""

from __future__ import annotations

from syncs.queries.plans.brakes import braked_runs, brakes_of
from syncs.queries.plans.counting import action_counts, state_counts
from syncs.queries.plans.rows import ChangeView, change_view, changes_of, plan_lines
from syncs.queries.plans.why import Why, why, why_of

__all__ = [
    "ChangeView",
    "Why",
    "action_counts",
    "braked_runs",
    "brakes_of",
    "change_view",
    "changes_of",
    "plan_lines",
    "state_counts",
    "why",
    "why_of",
]
