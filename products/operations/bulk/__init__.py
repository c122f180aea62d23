"""Editing many products: chosen, checked, confirmed, applied, taken back."""

from __future__ import annotations

from products.operations.bulk.deciding import cancel_edit, confirm_edit, undo_edit
from products.operations.bulk.running import run_edits
from products.operations.bulk.starting import MOST, NothingChosen, TooMany, start_edit
from products.steps import InvalidEdit, StepGiven, read_steps

__all__ = [
    "MOST",
    "InvalidEdit",
    "NothingChosen",
    "StepGiven",
    "TooMany",
    "cancel_edit",
    "confirm_edit",
    "read_steps",
    "run_edits",
    "start_edit",
    "undo_edit",
]
