"""What a refund of an order adds up to, and what of it is still to be had. No writes, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.allegro.money import money
from orders.enums import PaymentType, RefundReason, RefundStatus
from orders.models import Order, OrderLine, Refund
from orders.problems import NothingPaid, RefundEmpty, RefundTooHigh, RefundUnusable

NIL = Decimal(0)
UNPAID = (RefundStatus.CANCELED, RefundStatus.VALIDATE_FAILED)


@dataclass(frozen=True, slots=True)
class LineBack:
    """Pieces of a line at their price, or an amount of it; never both."""

    line_item_id: str
    quantity: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RefundWish:
    """What goes back to the buyer, in the order's currency. ``surcharges`` is by payment id."""

    reason: str
    lines: tuple[LineBack, ...] = ()
    delivery: Decimal = NIL
    additional_services: Decimal = NIL
    overpaid: Decimal = NIL
    surcharges: Mapping[str, Decimal] = field(default_factory=dict)
    comment: str = ""

    def as_json(self) -> dict[str, Any]:
        """For storing; :meth:`from_json` reads it back exactly."""
        return {
            "reason": self.reason,
            "lines": [
                {
                    "line_item_id": one.line_item_id,
                    "quantity": one.quantity,
                    "amount": None if one.amount is None else str(one.amount),
                }
                for one in self.lines
            ],
            "delivery": str(self.delivery),
            "additional_services": str(self.additional_services),
            "overpaid": str(self.overpaid),
            "surcharges": {key: str(value) for key, value in self.surcharges.items()},
            "comment": self.comment,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> RefundWish:
        return cls(
            reason=kept["reason"],
            lines=tuple(
                LineBack(
                    one["line_item_id"],
                    one["quantity"],
                    None if one["amount"] is None else Decimal(one["amount"]),
                )
                for one in kept["lines"]
            ),
            delivery=Decimal(kept["delivery"]),
            additional_services=Decimal(kept["additional_services"]),
            overpaid=Decimal(kept["overpaid"]),
            surcharges={key: Decimal(value) for key, value in kept["surcharges"].items()},
            comment=kept["comment"],
        )


@dataclass(frozen=True, slots=True)
class Surcharge:
    """A payment of the buyer beside the first one."""

    payment_id: str
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Preview:
    """What a refund would come to. All sums in ``currency``; ``left`` is what could go back after it."""

    lines: list[tuple[OrderLine, LineBack, Decimal]]
    total: Decimal
    paid: Decimal
    refunded: Decimal
    currency: str

    @property
    def refundable(self) -> Decimal:
        return self.paid - self.refunded

    @property
    def left(self) -> Decimal:
        return self.refundable - self.total


def preview_refund(*, order: Order, wish: RefundWish) -> Preview:
    """Add the wish up and hold it against what was paid and has not gone back.

    Raises :class:`NothingPaid`, :class:`RefundEmpty`, :class:`RefundTooHigh` and
    :class:`RefundUnusable` for parts that are not in the order.
    """
    paid = paid_for(order)
    if paid <= 0:
        raise NothingPaid
    if wish.reason not in RefundReason.values:
        raise RefundUnusable(fields={"reason": [str(RefundUnusable.title)]})
    known = {line.line_item_id: line for line in order.lines.order_by("position", "pk")}
    lines = [(_line_of(one, known), one) for one in wish.lines]
    if len({one.line_item_id for one in wish.lines}) < len(wish.lines):
        raise RefundUnusable(fields={"lines": [str(RefundUnusable.title)]})
    _check_parts(order, wish)
    priced = [(line, one, _sum_of(line, one)) for line, one in lines]
    parts = [wish.delivery, wish.additional_services, wish.overpaid, *wish.surcharges.values()]
    preview = Preview(
        lines=priced,
        total=sum((one[2] for one in priced), NIL) + sum(parts, NIL),
        paid=paid,
        refunded=refunded_of(order),
        currency=order.currency,
    )
    if preview.total <= 0:
        raise RefundEmpty
    if preview.left < 0:
        raise RefundTooHigh
    return preview


def paid_for(order: Order) -> Decimal:
    """What the buyer paid through Allegro and Allegro can pay back; cash on delivery is not."""
    if order.payment_type == PaymentType.CASH_ON_DELIVERY or not order.payment_id:
        return NIL
    return (order.paid_amount or NIL) + (order.surcharges_paid or NIL)


def refunded_of(order: Order) -> Decimal:
    """What went back or is on its way; refunds Allegro did not pay do not count."""
    amounts = Refund.objects.filter(order=order).exclude(status__in=UNPAID)
    return sum(amounts.values_list("total", flat=True), NIL)


def surcharges_of(order: Order) -> list[Surcharge]:
    """The surcharges of the newest form, with their payments' ids."""
    newest = order.revisions.order_by("-read_at", "-pk").first()
    told = (newest.payload.get("surcharges") or []) if newest else []
    return [
        Surcharge(str(one["id"]), Decimal(str(one["paidAmount"]["amount"])))
        for one in told
        if one.get("id") and (one.get("paidAmount") or {}).get("amount")
    ]


def all_that_is_left(
    *, order: Order, reason: str, quantities: Mapping[str, int] | None = None
) -> RefundWish:
    """A refund of everything that has not gone back; of some lines' pieces with ``quantities``.

    Delivery, additional services and surcharges go back with the whole order only. A line of which
    a part went back already is refunded by its amount, because pieces may be refunded once only.
    """
    earlier = list(Refund.objects.filter(order=order).exclude(status__in=UNPAID))
    lines = [
        back
        for line in order.lines.order_by("position", "pk")
        if (back := _left_of(line, earlier, quantities)) is not None
    ]
    if quantities is not None or earlier:
        delivery_back = sum((one.delivery for one in earlier), NIL)
        rest = max((order.delivery_cost or NIL) - delivery_back, NIL)
        return RefundWish(reason, tuple(lines), delivery=rest if quantities is None else NIL)
    services = sum((_services_of(line) for line in order.lines.all()), NIL)
    surcharges = {one.payment_id: one.paid for one in surcharges_of(order)}
    return RefundWish(
        reason,
        tuple(lines),
        delivery=order.delivery_cost or NIL,
        additional_services=services,
        surcharges=surcharges,
    )


def details_of(wish: RefundWish, *, currency: str) -> dict[str, Any]:
    """The wish as Allegro wants it: only the parts that are in it."""
    body: dict[str, Any] = {}
    if wish.lines:
        body["lineItems"] = [_line_body(one, currency) for one in wish.lines]
    for name, amount in (
        ("delivery", wish.delivery),
        ("overpaid", wish.overpaid),
        ("additionalServices", wish.additional_services),
    ):
        if amount:
            body[name] = {"value": money(amount, currency)}
    if wish.surcharges:
        body["surcharges"] = [
            {"id": key, "value": money(amount, currency)} for key, amount in wish.surcharges.items()
        ]
    if wish.comment:
        body["sellerComment"] = wish.comment[:250]
    return body


def _line_body(one: LineBack, currency: str) -> dict[str, Any]:
    if one.quantity is not None:
        return {"id": one.line_item_id, "type": "QUANTITY", "quantity": one.quantity}
    return {"id": one.line_item_id, "type": "AMOUNT", "value": money(one.amount or NIL, currency)}


def _line_of(one: LineBack, known: Mapping[str, OrderLine]) -> OrderLine:
    line = known.get(one.line_item_id)
    if line is None or (one.quantity is None) == (one.amount is None):
        raise RefundUnusable(fields={"lines": [str(RefundUnusable.title)]})
    return line


def _sum_of(line: OrderLine, one: LineBack) -> Decimal:
    price = line.price or NIL
    if one.quantity is not None:
        if not 1 <= one.quantity <= line.quantity:
            raise RefundUnusable(fields={"lines": [str(RefundUnusable.title)]})
        return price * one.quantity
    amount = one.amount or NIL
    if not NIL < amount <= price * line.quantity:
        raise RefundUnusable(fields={"lines": [str(RefundUnusable.title)]})
    return amount


def _check_parts(order: Order, wish: RefundWish) -> None:
    paid = {one.payment_id: one.paid for one in surcharges_of(order)}
    bounds = [
        ("delivery", wish.delivery, order.delivery_cost or NIL),
        ("additionalServices", wish.additional_services, order.total or NIL),
        ("overpaid", wish.overpaid, paid_for(order)),
        *[("surcharges", value, paid.get(key, NIL)) for key, value in wish.surcharges.items()],
    ]
    for name, value, most in bounds:
        if not NIL <= value <= most:
            raise RefundUnusable(fields={name: [str(RefundUnusable.title)]})


def _left_of(
    line: OrderLine, earlier: Iterable[Refund], quantities: Mapping[str, int] | None
) -> LineBack | None:
    wanted = line.quantity if quantities is None else quantities.get(line.line_item_id, 0)
    price = line.price or NIL
    if wanted < 1 or not price:
        return None
    back = sum((_went_back(line, one) for one in earlier), NIL)
    if not back:
        return LineBack(line.line_item_id, quantity=wanted)
    left = min(price * line.quantity - back, price * wanted)
    return LineBack(line.line_item_id, amount=left) if left > 0 else None


def _went_back(line: OrderLine, refund: Refund) -> Decimal:
    total = NIL
    for told in refund.lines:
        if told.get("id") != line.line_item_id:
            continue
        if told.get("type") == "QUANTITY":
            total += (line.price or NIL) * Decimal(str(told.get("quantity") or 0))
        else:
            total += Decimal(str((told.get("value") or {}).get("amount") or 0))
    return total


def _services_of(line: OrderLine) -> Decimal:
    """Gift wrap and the like; Allegro tells them with each line."""
    told = line.details.get("selectedAdditionalServices") or []
    return sum(
        (
            Decimal(str((one.get("price") or {}).get("amount") or 0)) * (one.get("quantity") or 1)
            for one in told
        ),
        NIL,
    )
