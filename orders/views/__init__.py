"""Pages of orders and of what came back of them."""

from __future__ import annotations

from orders.views.bulk import bulk, bulk_retry, bulk_sent, export, sent_outcome
from orders.views.orders import detail, order_list
from orders.views.packing import pack, pack_next
from orders.views.returns import lift_stop, reject, return_list, return_page

__all__ = [
    "bulk",
    "bulk_retry",
    "bulk_sent",
    "detail",
    "export",
    "lift_stop",
    "order_list",
    "pack",
    "pack_next",
    "reject",
    "return_list",
    "return_page",
    "sent_outcome",
]
