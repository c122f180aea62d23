"""Every write to orders."""

from __future__ import annotations

from orders.operations.recording import (
    Recorded,
    record_checkout_form,
    record_checkout_forms,
)
from orders.operations.refreshing import refresh_order
from orders.operations.returns import RecordedReturn, record_customer_return
from orders.operations.stock import reserve_linked_lines
from orders.operations.stopping import ReasonMissing, lift_stop

__all__ = [
    "ReasonMissing",
    "Recorded",
    "RecordedReturn",
    "lift_stop",
    "record_checkout_form",
    "record_checkout_forms",
    "record_customer_return",
    "refresh_order",
    "reserve_linked_lines",
]
