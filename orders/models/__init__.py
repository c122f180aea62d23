"""Orders: Allegro's checkout forms, kept with every revision and every line; and what came back of them."""

from __future__ import annotations

from orders.models.history import OrderRevision, OrderTransition
from orders.models.order import Order, OrderLine
from orders.models.returns import CustomerReturn, ReturnDecision, ReturnLine, ReturnRevision

__all__ = [
    "CustomerReturn",
    "Order",
    "OrderLine",
    "OrderRevision",
    "OrderTransition",
    "ReturnDecision",
    "ReturnLine",
    "ReturnRevision",
]
