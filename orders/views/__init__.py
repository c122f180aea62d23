"""Pages of orders and of what came back of them."""

from __future__ import annotations

from orders.views.orders import detail, order_list
from orders.views.returns import lift_stop, reject, return_list, return_page

__all__ = ["detail", "lift_stop", "order_list", "reject", "return_list", "return_page"]
