"""The list of orders: what it is narrowed to, how it is searched, what a row shows.

Every narrowing has an index that leads with the organization and ends in the order of the list, so a
page of a million orders costs what a page of a thousand does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Upper

from core.paging import Page, paged
from orders.enums import DisplayStatus, PaymentType
from orders.ladder import TO_SHIP
from orders.models import Order, OrderLine, Shipment
from orders.queries.orders import SEARCH_BOUND, attention_of, status_tone

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
WORDS = 8
# Words below three letters have no trigram.
TRIGRAM = 3
# Not shown in lists and long.
_HEAVY = ("search", "buyer_address", "invoice_address", "note")


# DISTINCT would read every order; this asks the index for the next name after the last.
MARKETPLACES = """
    WITH RECURSIVE found (name) AS (
      (SELECT marketplace FROM orders_order
        WHERE organization_id = %(organization)s ORDER BY marketplace LIMIT 1)
      UNION ALL
      SELECT (SELECT marketplace FROM orders_order
               WHERE organization_id = %(organization)s AND marketplace > found.name
               ORDER BY marketplace LIMIT 1)
        FROM found WHERE found.name IS NOT NULL
    )
    SELECT name FROM found WHERE name <> '' ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of orders is narrowed to.

    ``until`` and ``ship_before`` are exclusive; with ``ship_before`` or ``to_ship`` only orders that
    still have to leave are meant, the most urgent first.
    """

    search: str = ""
    status: str = ""
    integration_id: int | None = None
    marketplace: str = ""
    since: datetime | None = None
    until: datetime | None = None
    to_ship: bool = False
    ship_before: datetime | None = None
    wants_invoice: bool = False
    stopped: bool = False
    cash_on_delivery: bool = False


def orders_of(*, organization: Organization, wish: Wish) -> QuerySet[Order]:
    """Orders by purchase time, newest first; by ship-by time when that is what is asked for."""
    orders: QuerySet[Order] = Order.objects.for_organization(organization)
    if wish.search.strip():
        orders = _searched(orders, organization, wish.search)
    orders = _narrowed(orders, wish)
    if wish.to_ship or wish.ship_before is not None:
        orders = orders.filter(display_status__in=TO_SHIP)
        if wish.ship_before is not None:
            orders = orders.filter(dispatch_by__lt=wish.ship_before)
        return orders.order_by("dispatch_by", "pk")
    return orders.order_by("-bought_at", "-pk")


def _narrowed(orders: QuerySet[Order], wish: Wish) -> QuerySet[Order]:
    exact: dict[str, Any] = {
        "display_status": wish.status if wish.status in DisplayStatus.values else None,
        "integration_id": wish.integration_id,
        "marketplace": wish.marketplace or None,
        "bought_at__gte": wish.since,
        "bought_at__lt": wish.until,
        "invoice_required": wish.wants_invoice or None,
        "payment_type": PaymentType.CASH_ON_DELIVERY if wish.cash_on_delivery else None,
    }
    orders = orders.filter(**{name: value for name, value in exact.items() if value is not None})
    return orders.exclude(stop_reason="") if wish.stopped else orders


def _searched(orders: QuerySet[Order], organization: Organization, search: str) -> QuerySet[Order]:
    """Orders with every word. Few hits: by their ids, so that they are found first and ordered then;
    together, the planner would walk the list for words that are nowhere. Many: they are soon met."""
    ids = found_ids(organization=organization, search=search)
    if len(ids) < SEARCH_BOUND:
        return orders.filter(pk__in=ids)
    return _with_words(orders, search.upper().split()[:WORDS])


def found_ids(*, organization: Organization, search: str) -> list[int]:
    """Ids of up to ``SEARCH_BOUND`` orders that contain every word: buyer, number, title, code.

    A single word also finds a tracking number. Words too short for the trigram index find product
    codes that begin with them, and are looked for anywhere beside longer ones.
    """
    words = search.upper().split()[:WORDS]
    if max(map(len, words), default=0) < TRIGRAM:
        return _by_code(organization, words)
    matching = _with_words(Order.objects.for_organization(organization), words)
    ids = list(matching.values_list("pk", flat=True)[:SEARCH_BOUND])
    if len(words) == 1 and not ids:
        parcels = Shipment.objects.for_organization(organization).filter(
            waybill__in={words[0], search.strip()}
        )
        ids = list(parcels.values_list("order_id", flat=True)[:SEARCH_BOUND])
    return ids


def _with_words(orders: QuerySet[Order], words: list[str]) -> QuerySet[Order]:
    for word in words:
        orders = orders.filter(search__contains=word)
    return orders


def _by_code(organization: Organization, words: list[str]) -> list[int]:
    found: set[int] | None = None
    lines = OrderLine.objects.for_organization(organization).annotate(code=Upper("external_id"))
    for word in words:
        newest = lines.filter(code__startswith=word).order_by("-pk")
        ids = set(newest.values_list("order_id", flat=True)[:SEARCH_BOUND])
        found = ids if found is None else found & ids
    # One below the bound: these are all there are to show, not a sign that the word is common.
    return sorted(found or (), reverse=True)[: SEARCH_BOUND - 1]


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The same orders with account and lines at hand, in two queries."""
    lines = OrderLine.objects.order_by("position", "pk").defer("details")
    return orders.select_related("integration").prefetch_related(Prefetch("lines", queryset=lines))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order list."""

    order: Order
    lines: list[OrderLine]
    tone: str
    attention: str
    late: bool
    on_delivery: bool

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def order_page(
    *, organization: Organization, wish: Wish, now: datetime, page: int = 1
) -> Page[Row]:
    """One page of the list: a fixed number of queries."""
    orders = with_lines(orders_of(organization=organization, wish=wish)).defer(*_HEAVY)
    found: Page[Any] = paged(orders, number=page, size=PAGE_SIZE)
    return replace(found, items=[row_of(order, now=now) for order in found.items])


def row_of(order: Order, *, now: datetime) -> Row:
    """What a list shows of an order whose lines were fetched."""
    lines = list(order.lines.all())
    return Row(
        order,
        lines,
        status_tone(order),
        attention_of(order, lines),
        late=is_late(order, now=now),
        on_delivery=order.payment_type == PaymentType.CASH_ON_DELIVERY and not order.is_paid,
    )


def is_late(order: Order, *, now: datetime) -> bool:
    """Whether it should have left by now."""
    waits = order.display_status in TO_SHIP
    return waits and order.dispatch_by is not None and order.dispatch_by < now


def marketplaces_of(*, organization: Organization) -> list[str]:
    """The marketplaces the organization's orders came from: one step of the index for each."""
    with connection.cursor() as cursor:
        cursor.execute(MARKETPLACES, {"organization": organization.pk})
        return [name for (name,) in cursor.fetchall()]


def amount_to_collect(order: Order) -> Any:
    """What the courier takes from the buyer, or None: only when it is paid on delivery."""
    if order.payment_type != PaymentType.CASH_ON_DELIVERY or order.is_paid or order.total is None:
        return None
    return order.total - (order.paid_amount or 0)
