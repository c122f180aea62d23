"""The writes of an import: upload, stage, confirm, apply; cancel and retry."""

from __future__ import annotations

from imports.operations.decide import cancel, confirm, retry
from imports.operations.runner import run_due
from imports.operations.upload import upload

__all__ = ["cancel", "confirm", "retry", "run_due", "upload"]
