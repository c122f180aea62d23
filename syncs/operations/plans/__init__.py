"""Runs that plan: offers compared field by field, what would change shown first, carried out, taken back."""

from __future__ import annotations

from syncs.operations.plans.brakes import BrakeDecided, drop_brakes, release_brakes
from syncs.operations.plans.carrying import PlanNotApplicable, apply_plan
from syncs.operations.plans.phases import work_on_plan
from syncs.operations.plans.settling import settle_sent
from syncs.operations.plans.starting import NothingToRetry, RunUnderWay, retry_failed, start_plan
from syncs.operations.plans.undoing import NothingToUndo, undo_run

__all__ = [
    "BrakeDecided",
    "NothingToRetry",
    "NothingToUndo",
    "PlanNotApplicable",
    "RunUnderWay",
    "apply_plan",
    "drop_brakes",
    "release_brakes",
    "retry_failed",
    "settle_sent",
    "start_plan",
    "undo_run",
    "work_on_plan",
]
