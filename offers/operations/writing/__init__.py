"""Writing values to Allegro: prices, titles, descriptions, pictures, status."""

from __future__ import annotations

from offers.operations.writing.account import hint_due_writers, write_account
from offers.operations.writing.asking import drop_values, resume_values, retry_values
from offers.operations.writing.requesting import WantedValue, request_values

__all__ = [
    "WantedValue",
    "drop_values",
    "hint_due_writers",
    "request_values",
    "resume_values",
    "retry_values",
    "write_account",
]
