"""Every write to orders."""

from __future__ import annotations

from orders.operations.recording import Recorded, record_checkout_form

__all__ = ["Recorded", "record_checkout_form"]
