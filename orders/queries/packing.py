"""What the papers of packers hold: plain texts and numbers, ready to be printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.enums import ReservationState
from inventory.models import Reservation
from orders.enums import DisplayStatus, Fulfilment, RefundReason, WriteKind, WriteOutcome
from orders.ladder import TO_SHIP
from orders.models import Order, OrderLine, OrderWrite, Refund
from orders.money_back import UNPAID
from orders.queries.lists import Wish, amount_to_collect, is_late, orders_of
from orders.queries.orders import claim_of

if TYPE_CHECKING:
    from accounts.models import Organization

# What is over or not ours to send; a parcel of it would be lost.
_OVER = {
    DisplayStatus.CANCELLED,
    DisplayStatus.SUPERSEDED,
    DisplayStatus.BY_ALLEGRO,
    DisplayStatus.SUSPENDED,
}


def stop_word(order: Order) -> str:
    """Why the order must not be packed, in words; empty when it may be."""
    if order.stop_reason:
        return str(order.get_stop_reason_display())
    if order.display_status in _OVER:
        return str(order.get_display_status_display())
    return ""


def packing_sheets(*, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """A sheet for every order; of orders with lines at hand. Two queries for all of them.

    Pieces that were refunded as not available are not to be packed.
    """
    promises, given_up = _promises(orders), pieces_given_up(orders)
    return [_sheet(order, promises, given_up) for order in orders]


def pieces_given_up(orders: Sequence[Order]) -> dict[str, int]:
    """Pieces by line item that the buyer has, or is getting, the money back for as not available.

    Refunds by an amount name no pieces and count for none.
    """
    pieces: dict[str, int] = defaultdict(int)
    refunds = Refund.objects.filter(
        order__in=[order.pk for order in orders], reason=RefundReason.PRODUCT_NOT_AVAILABLE
    ).exclude(status__in=UNPAID)
    for lines in refunds.values_list("lines", flat=True):
        for told in lines:
            if told.get("type") == "QUANTITY":
                pieces[str(told.get("id"))] += int(told.get("quantity") or 0)
    return pieces


def address_labels(*, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """A label for every order."""
    return [
        {
            "number": order.checkout_form_id,
            "address": address_of(order),
            "point": _point(order),
            "delivery": order.delivery_method,
            "collect": _collect(order),
        }
        for order in orders
    ]


@dataclass(slots=True)
class _Pick:
    name: str
    codes: list[str]
    pieces: int = 0
    places: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def picks(*, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """What to fetch for all of the orders, summed per product, by place; then what has no product."""
    promises, given_up = _promises(orders), pieces_given_up(orders)
    found: dict[str, _Pick] = {}
    for line in (line for order in orders for line in order.lines.all()):
        wanted = max(line.quantity - given_up.get(line.line_item_id, 0), 0)
        promised = promises.get(claim_of(line), []) if wanted else []
        for one in promised:
            pick = found.setdefault(
                f"1 {one.product_id}",
                _Pick(one.product.name, _codes(one.product.code, one.product.ean)),
            )
            pieces = one.quantity * wanted // line.quantity
            pick.pieces += pieces
            pick.places[one.warehouse.name] += pieces
        if wanted and not promised:
            key = f"2 {line.external_id or line.offer_allegro_id}"
            pick = found.setdefault(key, _Pick(line.name, _codes(line.external_id)))
            pick.pieces += wanted
    ordered = sorted(
        found.items(), key=lambda item: (item[0][0], *sorted(item[1].places), item[1].name)
    )
    return [
        {
            "name": pick.name,
            "codes": pick.codes,
            "pieces": pick.pieces,
            "places": [f"{name}: {pieces}" for name, pieces in sorted(pick.places.items())],
        }
        for _key, pick in ordered
    ]


def address_of(order: Order) -> list[str]:
    """The lines of a label: person and company, street, place, country, telephone."""
    address = order.delivery_address or order.buyer_address
    code = address.get("zipCode") or address.get("postCode") or ""
    name = f"{address.get('firstName') or ''} {address.get('lastName') or ''}".strip()
    name = name or f"{order.buyer_first_name} {order.buyer_last_name}".strip() or order.buyer_login
    lines = [
        name,
        address.get("companyName"),
        address.get("street"),
        f"{code} {address.get('city') or ''}".strip(),
        address.get("countryCode"),
        address.get("phoneNumber") or order.buyer_phone,
    ]
    return [str(line) for line in lines if line]


def _sheet(
    order: Order, promises: dict[str, list[Reservation]], given_up: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "number": order.checkout_form_id,
        "account": order.integration.label,
        "bought": _moment(order.bought_at),
        "ship_by": _moment(order.dispatch_by),
        "stop": stop_word(order),
        "address": address_of(order),
        "delivery": order.delivery_method or "–",
        "point": _point(order),
        "collect": _collect(order),
        "invoice": _invoice(order),
        "message": order.message_to_seller,
        "lines": [
            _packed(line, promises.get(claim_of(line), []), given_up.get(line.line_item_id, 0))
            for line in order.lines.all()
        ],
    }


def _packed(line: OrderLine, promised: Iterable[Reservation], given_up: int) -> dict[str, Any]:
    codes = _codes(line.external_id)
    for one in promised:
        codes.append(
            " · ".join([f"{one.quantity} × {one.product.code}", *_codes("", one.product.ean)])
        )
    return {
        "pieces": max(line.quantity - given_up, 0),
        "note": _("Of %(all)d, refunded as not available: %(gone)d")
        % {"all": line.quantity, "gone": given_up}
        if given_up
        else "",
        "name": line.name,
        "codes": codes,
        "places": ", ".join(sorted({one.warehouse.name for one in promised})),
    }


def _promises(orders: Sequence[Order]) -> dict[str, list[Reservation]]:
    """What is still promised to the orders' lines, by claim."""
    claims = [claim_of(line) for order in orders for line in order.lines.all()]
    if not claims:
        return {}
    found: dict[str, list[Reservation]] = defaultdict(list)
    for one in (
        Reservation.objects.filter(organization_id=orders[0].organization_id, claim__in=claims)
        .exclude(state=ReservationState.RELEASED)
        .select_related("product", "warehouse")
        .order_by("pk")
    ):
        found[one.claim].append(one)
    return found


def _codes(code: str, ean: str = "") -> list[str]:
    return [part for part in (code, f"EAN {ean}" if ean else "") if part]


def _point(order: Order) -> list[str]:
    point = order.pickup_point
    if not point:
        return []
    address = point.get("address") or {}
    code = address.get("zipCode") or address.get("postCode") or ""
    parts = [
        point.get("name") or point.get("id"),
        point.get("id") if point.get("id") not in str(point.get("name")) else "",
        address.get("street"),
        f"{code} {address.get('city') or ''}".strip(),
    ]
    return [str(part) for part in parts if part]


def _collect(order: Order) -> str:
    amount = amount_to_collect(order)
    return f"{amount} {order.currency}" if amount else ""


def _invoice(order: Order) -> str:
    if not order.invoice_required:
        return ""
    return " · ".join(p for p in (order.invoice_company, order.invoice_tax_id) if p) or _("yes")


def _moment(at: datetime | None) -> str:
    """The organization's own clock, in digits that mean the same in every language."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the order asks of a packer now. ``pack``: it can be packed."""

    title: str
    text: str
    tone: str
    pack: bool = False


def next_step(*, order: Order, now: datetime) -> NextStep | None:
    """The one thing to do about an order; None when a stop or a hold already says it, or nothing is."""
    if order.stop_reason or order.hold_reason:
        return None
    if order.display_status == DisplayStatus.UNPAID:
        return NextStep(
            _("Wait for the payment"),
            _("Its pieces are kept for the buyer. Do not ship it yet."),
            "info",
        )
    if order.display_status not in TO_SHIP:
        return None
    late = is_late(order, now=now)
    by = _("Ship by %(moment)s") % {"moment": _moment(order.dispatch_by)}
    return NextStep(
        _("Pack it now: it is late") if late else _("Pack this order"),
        by if order.dispatch_by else "",
        "danger" if late else "info",
        pack=True,
    )


def next_to_pack(*, organization: Organization, after: int = 0) -> Order | None:
    """The most urgent order that may be shipped and that nobody has asked Allegro to change yet.

    What was asked for and let go leaves the order to be packed.
    ``after`` is one just looked at, which is passed over.
    """
    asked = OrderWrite.objects.filter(
        order=OuterRef("pk"),
        kind=WriteKind.FULFILMENT,
        requested__status__in=[Fulfilment.SENT.value, Fulfilment.READY_FOR_SHIPMENT.value],
    ).exclude(outcome__in=[WriteOutcome.LET_GO, WriteOutcome.REPLACED])
    orders = orders_of(organization=organization, wish=Wish(to_ship=True))
    return (
        orders.filter(stop_reason="", hold_reason="")
        .exclude(pk=after)
        .exclude(Exists(asked))
        .first()
    )
