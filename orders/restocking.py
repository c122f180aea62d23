"""Whether returned pieces of a line go back into stock. Pure.

Stock gets back what it gave: pieces that were taken for the line. What was never taken is put on the
shelf only when a person says so.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import StockState

# Statuses of a return whose goods have left the buyer, so they had left us before.
SENT_BACK = frozenset({"DISPATCHED", "IN_TRANSIT", "DELIVERED"})
OPENED = frozenset({"", "CREATED"})


class Restock(models.TextChoices):
    """What sellable pieces of a line do to stock."""

    BOOKS = "BOOKS", _("Sellable pieces go back into stock.")
    ASKS = "ASKS", _("Stock was never taken for this sale. Say whether to count the pieces in.")
    WAITS = "WAITS", _("The goods have not left yet: send or cancel the order first.")
    GIVEN_BACK = "GIVEN_BACK", _("The order was cancelled, and its stock is free already.")
    NOT_OURS = "NOT_OURS", _("The goods do not lie in your own stock.")
    NO_PRODUCT = "NO_PRODUCT", _("No product is linked, so there is no stock to change.")


def was_sent_back(*, status: str, has_parcels: bool) -> bool:
    """Whether the buyer has sent the goods, by status or, when that went on, by their parcels."""
    return status in SENT_BACK or (status not in OPENED and has_parcels)


def restock_rule(*, stock_state: str | None, has_parts: bool, sent_back: bool) -> Restock:
    """What a line does to stock; ``stock_state`` None while its order is unknown."""
    if stock_state == StockState.NOT_OURS:
        return Restock.NOT_OURS
    if stock_state == StockState.RELEASED:
        return Restock.GIVEN_BACK
    if not has_parts:
        return Restock.NO_PRODUCT
    if stock_state == StockState.CONSUMED:
        return Restock.BOOKS
    if stock_state in (StockState.RESERVED, StockState.NONE):
        return Restock.BOOKS if sent_back else Restock.WAITS
    return Restock.ASKS
