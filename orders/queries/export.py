"""Orders as CSV: a row for each line, one at a time, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from accounts.models import Organization
from orders.models import Order, OrderLine
from orders.queries.lists import Wish, orders_of, with_lines
from orders.queries.packing import address_of

CHUNK = 500
COLUMNS = (
    "order", "account", "marketplace", "status", "allegro_status", "fulfilment", "stop", "bought_at",
    "ship_by", "paid", "payment", "total", "delivery_cost", "currency", "buyer_login", "buyer_name",
    "buyer_email", "buyer_phone", "delivery_method", "pickup_point", "ship_to", "invoice_wanted",
    "invoice_company", "tax_id", "message", "line", "offer", "code", "title", "pieces", "price", "vat",
    "stock",
)  # fmt: skip
# A spreadsheet runs what begins like this; a quote before it keeps it a text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """What the writer writes comes back as its value."""

    def write(self, text: str) -> str:
        return text


def csv_of(*, organization: Organization, wish: Wish) -> Iterator[str]:
    """The whole list as CSV text in UTF-8 with a mark, piece by piece; memory does not grow with it."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    orders = with_lines(orders_of(organization=organization, wish=wish)).defer("search")
    for order in orders.iterator(chunk_size=CHUNK):
        common = _order_cells(order)
        for line in order.lines.all():
            yield str(writer.writerow([safe(cell) for cell in (*common, *_line_cells(line))]))


def safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula. Amounts and moments are what they are."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text


def _order_cells(order: Order) -> tuple[Any, ...]:
    name = f"{order.buyer_first_name} {order.buyer_last_name}".strip()
    return (
        order.checkout_form_id, order.integration.label, order.marketplace, order.display_status,
        order.status, order.fulfilment_status, order.stop_reason, _moment(order.bought_at),
        _moment(order.dispatch_by), "yes" if order.is_paid else "no", order.payment_type, order.total,
        order.delivery_cost, order.currency, order.buyer_login, name, order.buyer_email,
        order.buyer_phone, order.delivery_method, order.pickup_point.get("id", ""),
        ", ".join(address_of(order)), "yes" if order.invoice_required else "no",
        order.invoice_company, order.invoice_tax_id, order.message_to_seller,
    )  # fmt: skip


def _line_cells(line: OrderLine) -> tuple[Any, ...]:
    return (
        line.line_item_id, line.offer_allegro_id, line.external_id, line.name, line.quantity,
        line.price, line.tax_rate, line.stock_state,
    )  # fmt: skip


def _moment(at: Any) -> str:
    return at.isoformat(timespec="seconds") if at else ""
