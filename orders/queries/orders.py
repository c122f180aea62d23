"""Reads of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.row_ids import row_id
from inventory.models import Reservation
from inventory.queries import Component, components_of
from offers.models import Offer
from orders.enums import DisplayStatus, PaymentType
from orders.invoice_wish import person_of, tax_numbers
from orders.models import Order, OrderLine, OrderRevision
from orders.tones import STATUS_TONES, STOCK_TONES

if TYPE_CHECKING:
    from accounts.models import Organization
    from settings_app.models import Integration

# A search looks at so many hits at most: enough to page through, few enough to sort at once.
SEARCH_BOUND = 1000


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
        "is_cash_on_delivery": order.payment_type == PaymentType.CASH_ON_DELIVERY,
        "is_paid_later": order.payment_type == PaymentType.EXTENDED_TERM,
        "overpaid": overpaid_on(order),
        "tax_numbers": tax_numbers(order.invoice_address),
        "invoice_person": person_of(order.invoice_address),
        "revision_count": order.revisions.count(),
    }


def overpaid_on(order: Order) -> Decimal | None:
    """What was paid beyond the total, surcharges included; None when nothing was."""
    paid = (order.paid_amount or Decimal(0)) + (order.surcharges_paid or Decimal(0))
    return paid - order.total if order.total is not None and paid > order.total else None


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
