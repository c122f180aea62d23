"""Pages of sync runs and of discrepancies."""

from __future__ import annotations
