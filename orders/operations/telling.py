"""Telling people of orders: counted as they come, told of in one notice that grows."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from notifications.enums import Event
from notifications.operations import Growing, register_growing, tally


def register_words() -> None:
    """Say how new and changed orders are told of."""
    register_growing(Event.ORDER_CREATED, Growing(title=_new, link=_list))
    register_growing(Event.ORDER_UPDATED, Growing(title=_changed, link=_list))


def tell_of_orders(*, organization_id: int, created: int, changed: int, now: datetime) -> None:
    """Count new orders, and orders that were cancelled or changed after they were ready to ship.

    The usual way of an order (delivery chosen, paid, sent) is no news. Two hundred new orders are one
    notice. Belongs into the transaction that records them, so each is counted exactly once.
    """
    for event, amount in ((Event.ORDER_CREATED, created), (Event.ORDER_UPDATED, changed)):
        if amount:
            tally(organization_id=organization_id, event=event, amount=amount, now=now)


def _new(count: int, cause: str) -> str:
    return ngettext("%(n)d new order", "%(n)d new orders", count) % {"n": count}


def _changed(count: int, cause: str) -> str:
    return ngettext("%(n)d change of orders", "%(n)d changes of orders", count) % {"n": count}


def _list(cause: str) -> str:
    return reverse("orders:list")
