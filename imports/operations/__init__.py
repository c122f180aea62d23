"""The writes of an import: upload, stage, confirm, apply; cancel and retry."""

from __future__ import annotations

from imports.operations.decide import cancel, confirm, retry
from imports.operations.feeds import NoAddress, look_due, look_now, save_feed
from imports.operations.reading import choose_columns, forget_columns, read_again
from imports.operations.runner import run_due
from imports.operations.undo import undo
from imports.operations.upload import upload

__all__ = [
    "NoAddress",
    "cancel",
    "choose_columns",
    "confirm",
    "forget_columns",
    "look_due",
    "look_now",
    "read_again",
    "retry",
    "run_due",
    "save_feed",
    "undo",
    "upload",
]
