"""Every write to orders."""

from __future__ import annotations

from orders.operations.recording import (
    Recorded,
    record_checkout_form,
    record_checkout_forms,
)
from orders.operations.refreshing import refresh_order
from orders.operations.stock import reserve_linked_lines

__all__ = [
    "Recorded",
    "record_checkout_form",
    "record_checkout_forms",
    "refresh_order",
    "reserve_linked_lines",
]
