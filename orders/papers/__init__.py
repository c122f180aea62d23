"""Paper for packers: packing lists, a pick list, address labels.

Nothing a buyer wrote is ever markup: the values reach the templates beside this module as JSON, and a
text there is a text.
"""

from __future__ import annotations

from collections.abc import Sequence

from orders.models import Order
from orders.papers.render import PER_SHEET, labels_pdf, packing_pdf, pick_pdf
from orders.queries.packing import address_labels, packing_sheets, picks, stop_word

__all__ = ["PER_SHEET", "made"]


def made(paper: str, *, orders: Sequence[Order], start: int = 1) -> bytes:
    """The PDF of a ``packing`` list, a ``pick`` list or ``labels`` for orders with their lines.

    A packing list of an order that must not be shipped says so across the page. Pick list and labels
    leave such orders out and name them. ``start``: the first free label of a begun sheet.
    """
    if paper == "packing":
        return packing_pdf(packing_sheets(orders=orders))
    wanted = [order for order in orders if not stop_word(order)]
    left_out = [
        f"{order.checkout_form_id} ({word})" for order in orders if (word := stop_word(order))
    ]
    if paper == "labels":
        return labels_pdf(address_labels(orders=wanted), start=start, left_out=left_out)
    return pick_pdf(picks(orders=wanted), orders=len(wanted), left_out=left_out)
