"""Reads of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.paging import Page, paged
from core.row_ids import row_id
from inventory.models import Reservation
from inventory.queries import Component, components_of
from offers.models import Offer
from orders.enums import DisplayStatus
from orders.models import Order, OrderLine, OrderRevision
from orders.tones import STATUS_TONES, STOCK_TONES

if TYPE_CHECKING:
    from accounts.models import Organization
    from settings_app.models import Integration

PAGE_SIZE = 50
# A search looks at so many hits at most: enough to page through, few enough to sort at once.
SEARCH_BOUND = 1000
TABS = (
    DisplayStatus.READY,
    DisplayStatus.PROCESSING,
    DisplayStatus.UNPAID,
    DisplayStatus.SENT,
    DisplayStatus.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of orders is narrowed to. ``until`` is exclusive."""

    search: str = ""
    status: str = ""
    integration_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def orders_of(*, organization: Organization, wish: Wish) -> QuerySet[Order]:
    """Orders by purchase time, newest first."""
    orders: QuerySet[Order] = Order.objects.for_organization(organization)
    if wish.search.strip():
        orders = orders.filter(pk__in=found_ids(organization=organization, search=wish.search))
    if wish.status in DisplayStatus.values:
        orders = orders.filter(display_status=wish.status)
    if wish.integration_id is not None:
        orders = orders.filter(integration_id=wish.integration_id)
    if wish.since is not None:
        orders = orders.filter(bought_at__gte=wish.since)
    if wish.until is not None:
        orders = orders.filter(bought_at__lt=wish.until)
    return orders.order_by("-bought_at", "-pk")


def found_ids(*, organization: Organization, search: str) -> list[int]:
    """Ids of up to ``SEARCH_BOUND`` orders that contain every word: buyer, number, title, code.

    By the trigram index first and ordered later; together, the planner would walk the ordering
    index instead. Words below three letters have no trigram and are only looked at beside longer ones.
    """
    words = search.upper().split()[:8]
    if max(map(len, words), default=0) < 3:
        return []
    matching: QuerySet[Order] = Order.objects.for_organization(organization)
    for word in words:
        matching = matching.filter(search__contains=word)
    return list(matching.values_list("pk", flat=True)[:SEARCH_BOUND])


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The same orders with account and lines at hand, in two queries."""
    lines = OrderLine.objects.order_by("position", "pk")
    return orders.select_related("integration", "superseded_by").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order list."""

    order: Order
    lines: list[OrderLine]
    tone: str
    attention: str

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def order_page(*, organization: Organization, wish: Wish, page: int = 1) -> Page[Row]:
    """One page of the list: a fixed number of queries."""
    found: Page[Any] = paged(
        with_lines(orders_of(organization=organization, wish=wish)), number=page, size=PAGE_SIZE
    )
    capped = bool(wish.search.strip()) and found.total >= SEARCH_BOUND
    rows = [_row(order) for order in found.items]
    return replace(found, items=rows, total_is_exact=found.total_is_exact and not capped)


def _row(order: Order) -> Row:
    lines = list(order.lines.all())
    return Row(order, lines, status_tone(order), attention_of(order, lines))


def status_tone(order: Order) -> str:
    """The tone of the order's badge."""
    return STATUS_TONES.get(DisplayStatus(order.display_status), "neutral")


def attention_of(order: Order, lines: Iterable[OrderLine]) -> str:
    """What a person should see before packing, or an empty text."""
    if order.stop_reason:
        return _("Do not ship: %(reason)s") % {"reason": order.get_stop_reason_display()}
    if order.hold_reason:
        return order.hold_reason
    waiting = sum(line.stock_state == "UNLINKED" for line in lines)
    is_open = order.display_status in (DisplayStatus.READY, DisplayStatus.PROCESSING)
    if waiting and is_open:
        return _("%(count)d without a linked product") % {"count": waiting}
    return ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line on the order's page, with what it has done to stock."""

    line: OrderLine
    tone: str
    reservations: list[Reservation]

    @property
    def total(self) -> Any:
        return None if self.line.price is None else self.line.price * self.line.quantity


def order_detail(*, order: Order) -> dict[str, Any]:
    """What the order's page shows."""
    lines = list(order.lines.select_related("offer").order_by("position", "pk"))
    reservations = reservations_of(order=order, lines=lines)
    by_claim: dict[str, list[Reservation]] = defaultdict(list)
    for reservation in reservations:
        by_claim[reservation.claim].append(reservation)
    rows = [
        LineRow(
            line,
            STOCK_TONES.get(line.stock_state, "neutral"),
            by_claim[claim_of(line)],
        )
        for line in lines
    ]
    return {
        "order": order,
        "tone": status_tone(order),
        "rows": rows,
        "attention": attention_of(order, lines),
        "supersedes": list(order.supersedes.order_by("pk")),
        "timeline": timeline_of(order=order, reservations=reservations),
        "is_cash_on_delivery": order.payment_type == "CASH_ON_DELIVERY",
        "revision_count": order.revisions.count(),
    }


def claim_of(line: OrderLine) -> str:
    """What the promises of a line are made for. Survives a merge, because the line item id does."""
    return f"line:{line.integration_id}:{line.line_item_id}"


def reservations_of(*, order: Order, lines: Iterable[OrderLine]) -> list[Reservation]:
    """The promises made for the order's lines."""
    return list(
        Reservation.objects.filter(
            organization_id=order.organization_id, claim__in=[claim_of(line) for line in lines]
        )
        .select_related("product", "warehouse")
        .order_by("pk")
    )


def timeline_of(*, order: Order, reservations: list[Reservation]) -> list[dict[str, Any]]:
    """Everything that happened to the order, newest first."""
    from orders.timeline import entries_of

    return entries_of(order=order, reservations=reservations)


def revisions_of(*, order: Order) -> QuerySet[OrderRevision]:
    """The forms as Allegro sent them, newest first."""
    return OrderRevision.objects.filter(order=order).order_by("-read_at", "-pk")


@dataclass(frozen=True, slots=True)
class Part:
    """A product inside an offer: pieces per sold unit, and whether its stock is kept at all."""

    product_id: int
    units: int
    tracked: bool


@dataclass(slots=True)
class SoldOffer:
    """What stands behind an offer number: our row of the offer and the products in it."""

    pk: int
    parts: list[Part] = field(default_factory=list)


def sold_offers(*, integration_id: int, allegro_ids: Iterable[str]) -> dict[str, SoldOffer]:
    """The known ones of these offers of an account by Allegro's number, in two light queries.

    The same links as ``offers.queries.links_for`` gives, without loading whole products: this is
    asked for every order that is read. A bundle's parts stand in its place.
    """
    rows = list(
        Offer.objects.filter(integration_id=integration_id, allegro_id__in=set(allegro_ids))
        .order_by("links__pk")
        .values_list(
            "allegro_id",
            "pk",
            "links__product_id",
            "links__units_per_offer",
            "links__product__track_inventory",
            "organization_id",
        )
    )
    found: dict[str, SoldOffer] = {}
    for allegro_id, pk, product_id, units, tracked, _organization_id in rows:
        offer = found.setdefault(allegro_id, SoldOffer(pk))
        if product_id is not None:
            offer.parts.append(Part(product_id, units, tracked))
    return _without_bundles(found, organization_id=rows[0][-1]) if rows else {}


def _without_bundles(offers: dict[str, SoldOffer], *, organization_id: int) -> dict[str, SoldOffer]:
    """The same with each bundle replaced by its parts; a product named twice is one part."""
    ids = {part.product_id for offer in offers.values() for part in offer.parts}
    bundles = components_of(organization_id=organization_id, product_ids=ids)
    if not bundles:
        return offers
    for offer in offers.values():
        pieces: dict[int, Part] = {}
        for part in offer.parts:
            inside = bundles.get(part.product_id) or [Component(part.product_id, 1, part.tracked)]
            for one in inside:
                units = part.units * one.units
                units += pieces[one.product_id].units if one.product_id in pieces else 0
                pieces[one.product_id] = Part(one.product_id, units, one.tracked)
        offer.parts = list(pieces.values())
    return offers


def accounts_of(*, organization: Organization) -> QuerySet[Integration]:
    """The accounts an order can have come from."""
    from settings_app.models import Integration

    accounts: QuerySet[Integration] = Integration.objects.for_organization(organization)
    return accounts.order_by("label", "pk")


def order_by_number(*, organization: Organization, number: str) -> Order | None:
    """An order by our id or by Allegro's; None when it is not the organization's."""
    orders: QuerySet[Order] = Order.objects.for_organization(organization)
    if number.isdecimal():
        return orders.filter(pk=row_id(number)).first()
    return orders.filter(checkout_form_id=number).order_by("pk").first()
