"""What a newer but poorer form may not erase. Pure.

Allegro leaves out addresses before payment and after a merge; a name or an address once known stays
until another one is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orders.models import Order

NOTHING: tuple[Any, ...] = (None, "", {})
# Told to be empty by their being empty: the seller's own note can be removed.
MAY_BECOME_EMPTY = frozenset({"note"})
ADDRESSES = ("buyer_address", "delivery_address", "invoice_address", "pickup_point")


def without_losses(order: Order, told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of ``order`` after a form that told ``told``."""
    moved = told["delivery_method_id"] not in ("", order.delivery_method_id)
    values = dict(told)
    for name, value in told.items():
        if value not in NOTHING or name in MAY_BECOME_EMPTY:
            continue
        if name == "pickup_point" and moved:
            continue  # another way of delivery: the old point would be the wrong place
        values[name] = getattr(order, name)
    for name in ADDRESSES:
        values[name] = _fuller(getattr(order, name), values[name])
    return values


def first_values(told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a new order; what was not told about yes and no is no."""
    values = dict(told)
    for name in ("is_smart", "invoice_required"):
        values[name] = bool(values[name])
    return values


def _fuller(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old address when the new one only leaves things out, the new one when it differs."""
    only_leaves_out = all(old.get(name) == value for name, value in new.items())
    return old if only_leaves_out and new else new
