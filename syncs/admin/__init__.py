"""Sync runs, their plans, conflicts and discrepancies for operators."""

from __future__ import annotations

from syncs.admin import conflicts, discrepancies, plans, runs

__all__ = ["conflicts", "discrepancies", "plans", "runs"]
