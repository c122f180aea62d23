"""Sync runs and discrepancies for operators."""

from __future__ import annotations

from syncs.admin import discrepancies, runs

__all__ = ["discrepancies", "runs"]
