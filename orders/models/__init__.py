"""Orders: Allegro's checkout forms, kept with every revision and every line."""

from __future__ import annotations

from orders.models.history import OrderRevision, OrderTransition
from orders.models.order import Order, OrderLine

__all__ = ["Order", "OrderLine", "OrderRevision", "OrderTransition"]
