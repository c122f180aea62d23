"""Every write to orders."""

from __future__ import annotations

from orders.operations.asking import ask_allegro
from orders.operations.bulk import Outcome, mark_sent, note_printed, why_not_sent
from orders.operations.cancelling import request_cancellation
from orders.operations.carriers import carriers_for, renew_carriers
from orders.operations.claim_readings import follow_claims
from orders.operations.claims import request_claim, withdraw_claim
from orders.operations.deciding import (
    InvalidDecision,
    LineDecision,
    NotDecidedHere,
    RestockUnanswered,
    decide_return,
)
from orders.operations.fulfilment import request_fulfilment
from orders.operations.performing import drain_order_writes
from orders.operations.recording import (
    Recorded,
    record_checkout_form,
    record_checkout_forms,
)
from orders.operations.refreshing import refresh_order
from orders.operations.refunds import request_refund
from orders.operations.rejecting import refresh_return, request_rejection
from orders.operations.returns import RecordedReturn, record_customer_return
from orders.operations.stock import reserve_linked_lines
from orders.operations.stopping import ReasonMissing, lift_stop
from orders.operations.tracking import add_tracking
from orders.operations.writing import let_go, retry_write, retry_writes

__all__ = [
    "InvalidDecision",
    "LineDecision",
    "NotDecidedHere",
    "Outcome",
    "ReasonMissing",
    "Recorded",
    "RecordedReturn",
    "RestockUnanswered",
    "add_tracking",
    "ask_allegro",
    "carriers_for",
    "decide_return",
    "drain_order_writes",
    "follow_claims",
    "let_go",
    "lift_stop",
    "mark_sent",
    "note_printed",
    "record_checkout_form",
    "record_checkout_forms",
    "record_customer_return",
    "refresh_order",
    "refresh_return",
    "renew_carriers",
    "request_cancellation",
    "request_claim",
    "request_fulfilment",
    "request_refund",
    "request_rejection",
    "reserve_linked_lines",
    "retry_write",
    "retry_writes",
    "why_not_sent",
    "withdraw_claim",
]
