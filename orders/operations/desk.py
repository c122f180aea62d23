"""What one recording works on: the forms, the orders they belong to, and the lines of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from orders.checkout_form import ReadForm
from orders.models import Order, OrderLine
from orders.queries import SoldOffer
from settings_app.models import Integration


@dataclass(slots=True)
class Entry:
    """One form on its way into its order.

    ``stale``: something newer of this order was recorded before. ``changed``: the form is new to us.
    ``historic``: sold and done with before the account was connected.
    """

    form: ReadForm
    order: Order
    created: bool
    changed: bool = True
    stale: bool = False
    historic: bool = False
    was: str = ""
    lines: list[OrderLine] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the order takes over what the form says."""
        return self.changed and not self.stale


@dataclass(slots=True)
class Desk:
    """The orders and lines a recording touches, each as one object.

    ``owners`` are the orders by our key, ``places`` the lines each of them has now.
    """

    integration: Integration
    now: datetime
    read_at: datetime
    trace_id: str
    offers: dict[str, SoldOffer] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    owners: dict[int, Order] = field(default_factory=dict)
    lines: dict[str, OrderLine] = field(default_factory=dict)
    places: dict[int, dict[str, OrderLine]] = field(default_factory=lambda: defaultdict(dict))
    changed_lines: dict[str, OrderLine] = field(default_factory=dict)
    resized: set[str] = field(default_factory=set)
    robbed: dict[int, Order] = field(default_factory=dict)

    def load(self, forms: Iterable[ReadForm]) -> None:
        """Read what is known of these forms and of their lines: two to four queries."""
        by_pk = {
            order.pk: order
            for order in Order.objects.filter(
                integration=self.integration, checkout_form_id__in=[one.form_id for one in forms]
            )
        }
        wanted = Q(line_item_id__in=[line.line_item_id for one in forms for line in one.lines])
        if by_pk:
            wanted |= Q(order_id__in=list(by_pk))
        lines = list(OrderLine.objects.filter(wanted, integration=self.integration))
        if elsewhere := {line.order_id for line in lines} - set(by_pk):
            by_pk |= Order.objects.in_bulk(elsewhere)
            # All their lines: an order that loses some lives on with the others.
            lines = list({one.pk: one for one in [*lines, *_lines_of(elsewhere)]}.values())
        for line in lines:
            self.lines[line.line_item_id] = line
            self.places[line.order_id][line.line_item_id] = line
        self.owners = by_pk
        self.orders = {order.checkout_form_id: order for order in by_pk.values()}

    def lines_of(self, order: Order) -> list[OrderLine]:
        """The order's lines as they stand on the desk."""
        return list(self.places[order.pk].values())

    def owner(self, line: OrderLine) -> Order:
        """The order that has the line now."""
        return self.owners[line.order_id]

    def place(self, line: OrderLine, order: Order) -> None:
        """Give the line to ``order``; it leaves the one it was in."""
        if line.order_id is not None:
            self.places[line.order_id].pop(line.line_item_id, None)
        line.order_id = order.pk
        self.lines[line.line_item_id] = line
        self.places[order.pk][line.line_item_id] = line

    def touch(self, line: OrderLine) -> None:
        """Have the line written when the desk is cleared."""
        self.changed_lines[line.line_item_id] = line


def _lines_of(order_ids: Iterable[int]) -> Iterable[OrderLine]:
    return OrderLine.objects.filter(order_id__in=list(order_ids))
