"""Orders: Allegro's checkout forms, kept with every revision and every line; and what came back of them."""

from __future__ import annotations

from orders.models.history import OrderRevision, OrderTransition
from orders.models.order import Order, OrderLine
from orders.models.refunds import CommissionClaim, Refund
from orders.models.returns import (
    CustomerReturn,
    ReturnBooking,
    ReturnDecision,
    ReturnLine,
    ReturnRevision,
)
from orders.models.shipments import Carrier, Shipment
from orders.models.writes import Cancellation, OrderWrite

__all__ = [
    "Cancellation",
    "Carrier",
    "CommissionClaim",
    "CustomerReturn",
    "Order",
    "OrderLine",
    "OrderRevision",
    "OrderTransition",
    "OrderWrite",
    "Refund",
    "ReturnBooking",
    "ReturnDecision",
    "ReturnLine",
    "ReturnRevision",
    "Shipment",
]
