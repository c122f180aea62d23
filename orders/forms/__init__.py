"""What people fill in: filters of the lists, decisions about returns, wishes for Allegro."""

from __future__ import annotations

from orders.forms.orders import DUE, EARLIEST, LATEST, ONLY, OrderFilterForm, ship_before
from orders.forms.returns import (
    ALL,
    LiftForm,
    RejectionForm,
    ReturnFilterForm,
    decisions_in,
    drafts_of,
    typed,
)
from orders.forms.writes import CancelForm, ClaimForm, RefundForm, TrackingForm, token_of

__all__ = [
    "ALL",
    "DUE",
    "EARLIEST",
    "LATEST",
    "ONLY",
    "CancelForm",
    "ClaimForm",
    "LiftForm",
    "OrderFilterForm",
    "RefundForm",
    "RejectionForm",
    "ReturnFilterForm",
    "TrackingForm",
    "decisions_in",
    "drafts_of",
    "ship_before",
    "token_of",
    "typed",
]
