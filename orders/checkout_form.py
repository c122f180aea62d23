"""Reading a checkout form as Allegro sends it. Pure; nulls and unknown values are no errors.

A value of None, an empty text or an empty address means "not told", never "erased".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.errors import HubError
from core.timestamps import read_moment
from orders.models import Order, OrderLine

CENT = Decimal("0.01")
BEYOND = Decimal(10) ** 12
CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
LINE_DETAILS = (
    "discounts",
    "vouchers",
    "selectedAdditionalServices",
    "deposit",
    "reconciliation",
    "serialNumbers",
)


class FormUnreadable(HubError):
    """A checkout form lacks what makes it one; the next read of it may be whole."""

    code = "unreadable_order"
    retryable = True


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line item. ``values`` are columns of ``OrderLine``."""

    line_item_id: str
    values: dict[str, Any]

    @property
    def offer_id(self) -> str:
        return str(self.values["offer_allegro_id"])

    @property
    def quantity(self) -> int:
        return int(self.values["quantity"])


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A checkout form. ``values`` are columns of ``Order``; ``payload`` is what is kept of the original."""

    form_id: str
    values: dict[str, Any]
    lines: tuple[ReadLine, ...]
    payload: dict[str, Any]
    sha256: str

    @property
    def updated_at(self) -> datetime | None:
        value: datetime | None = self.values["remote_updated_at"]
        return value


def read_form(form: Mapping[str, Any]) -> ReadForm:
    """Take a form apart. Raises :class:`FormUnreadable` without id, lines, or with garbage amounts.

    The buyer's ``personalIdentity`` (a citizen's number) is dropped: nothing here needs it.
    """
    payload = _kept(form)
    form_id = _text(payload.get("id"))
    items = payload.get("lineItems")
    if not form_id or not isinstance(items, list) or not items:
        raise FormUnreadable(
            _("Allegro's answer has no order number or no lines."),
            remedy=_("It is read again by itself; nothing was changed."),
        )
    lines = tuple(_line(item, position) for position, item in enumerate(items))
    values = _fitting(Order, _order_values(payload))
    values["bought_at"] = min(
        (line.values["bought_at"] for line in lines if line.values["bought_at"]), default=None
    )
    values["currency"] = values["currency"] or lines[0].values["currency"]
    return ReadForm(form_id, values, lines, payload, _sha256(payload))


def is_paid_in_full(values: Mapping[str, Any]) -> bool:
    """Whether the payment and the surcharges reach the total (allegro-api#1103)."""
    total = values["total"]
    if total is None:
        return False
    paid = (values["paid_amount"] or Decimal(0)) + (values["surcharges_paid"] or Decimal(0))
    return bool(paid >= total)


def search_text(values: Mapping[str, Any], form_id: str, lines: Iterable[ReadLine]) -> str:
    """What an order is found by, in upper case: buyer, number, titles and codes."""
    words = [
        form_id,
        *(
            str(values[name] or "")
            for name in (
                "buyer_login", "buyer_first_name", "buyer_last_name", "buyer_company",
                "buyer_email", "invoice_company", "invoice_tax_id",
            )
        ),
        _address_name(values["delivery_address"]),
    ]  # fmt: skip
    for line in lines:
        words += [line.values["name"], line.values["external_id"], line.offer_id]
    return " ".join(word for word in words if word).upper()[:6000]


def _order_values(payload: dict[str, Any]) -> dict[str, Any]:
    fulfilment = _block(payload, "fulfillment")
    summary = _block(payload, "summary")
    return {
        "revision": _text(payload.get("revision")),
        "status": _text(payload.get("status")),
        "fulfilment_status": _text(fulfilment.get("status")),
        "fulfilment_provider": _text(_block(fulfilment, "provider").get("id")),
        "lines_sent": _text(_block(fulfilment, "shipmentSummary").get("lineItemsSent")),
        "marketplace": _text(_block(payload, "marketplace").get("id")),
        "message_to_seller": _text(payload.get("messageToSeller")),
        "note": _text(_block(payload, "note").get("text")),
        "remote_updated_at": read_moment(payload.get("updatedAt")),
        "total": _amount(summary.get("totalToPay")),
        "currency": _currency(summary.get("totalToPay")),
        **_buyer(_block(payload, "buyer")),
        **_delivery(_block(payload, "delivery")),
        **_invoice(_block(payload, "invoice")),
        **_payment(payload),
    }


def _buyer(buyer: dict[str, Any]) -> dict[str, Any]:
    return {
        "buyer_id": _text(buyer.get("id")),
        "buyer_login": _text(buyer.get("login")),
        "buyer_email": _text(buyer.get("email")),
        "buyer_first_name": _text(buyer.get("firstName")),
        "buyer_last_name": _text(buyer.get("lastName")),
        "buyer_company": _text(buyer.get("companyName")),
        "buyer_phone": _text(buyer.get("phoneNumber")),
        "buyer_address": _told(_block(buyer, "address")),
        "buyer_language": _text(_block(buyer, "preferences").get("language")),
    }


def _delivery(delivery: dict[str, Any]) -> dict[str, Any]:
    address = _block(delivery, "address")
    dispatch = _block(_block(delivery, "time"), "dispatch")
    method = _block(delivery, "method")
    return {
        "delivery_method_id": _text(method.get("id")),
        "delivery_method": _text(method.get("name")),
        "delivery_address": _told(address, without="modifiedAt"),
        "delivery_address_changed_at": read_moment(address.get("modifiedAt")),
        "pickup_point": _told(_block(delivery, "pickupPoint")),
        "delivery_cost": _amount(delivery.get("cost")),
        "is_smart": bool(delivery["smart"]) if delivery.get("smart") is not None else None,
        "dispatch_from": read_moment(dispatch.get("from")),
        "dispatch_by": read_moment(dispatch.get("to")),
    }


def _invoice(invoice: dict[str, Any]) -> dict[str, Any]:
    address = _block(invoice, "address")
    company = _block(address, "company")
    wanted = invoice.get("required")
    return {
        "invoice_required": bool(wanted) if wanted is not None else None,
        "invoice_address": _told(address),
        "invoice_company": _text(company.get("name")),
        "invoice_tax_id": _tax_id(company),
    }


def _tax_id(company: dict[str, Any]) -> str:
    """The number invoices carry: the Polish one first, then any; ``taxId`` is the deprecated place."""
    ids = [one for one in _list(company.get("ids")) if isinstance(one, dict) and one.get("value")]
    ids.sort(key=lambda one: one.get("type") != "PL_NIP")
    return _text(ids[0]["value"] if ids else company.get("taxId"))


def _payment(payload: dict[str, Any]) -> dict[str, Any]:
    payment = _block(payload, "payment")
    paid = _amount(payment.get("paidAmount"))
    booked = _sum(_list(payload.get("codBookedPayments")))
    if payment.get("type") == CASH_ON_DELIVERY and paid is None:
        paid = booked  # told since 2026-09 for couriers Allegro settles with
    return {
        "payment_id": _text(payment.get("id")),
        "payment_type": _text(payment.get("type")),
        "payment_provider": _text(payment.get("provider")),
        "paid_amount": paid,
        "surcharges_paid": _sum(_list(payload.get("surcharges"))),
        "paid_at": read_moment(payment.get("finishedAt")),
    }


def _line(item: Any, position: int) -> ReadLine:
    line_item_id = _text(item.get("id")) if isinstance(item, dict) else ""
    quantity = item.get("quantity") if isinstance(item, dict) else None
    if not line_item_id or not isinstance(quantity, int) or quantity < 0:
        raise FormUnreadable(_("A line of the order has no number or no quantity."))
    offer = _block(item, "offer")
    details = {name: item[name] for name in LINE_DETAILS if item.get(name)}
    if offer.get("productSet"):
        details["productSet"] = offer["productSet"]
    values = {
        "position": position,
        "offer_allegro_id": _text(offer.get("id")),
        "external_id": _text(_block(offer, "external").get("id")),
        "name": _text(offer.get("name")),
        "quantity": quantity,
        "price": _amount(item.get("price")),
        "original_price": _amount(item.get("originalPrice")),
        "currency": _currency(item.get("price")),
        "tax_rate": _rate(_block(item, "tax").get("rate")),
        "bought_at": read_moment(item.get("boughtAt")),
        "details": details,
    }
    return ReadLine(line_item_id[:64], _fitting(OrderLine, values))


def _kept(form: Mapping[str, Any]) -> dict[str, Any]:
    payload = dict(form)
    if isinstance(payload.get("buyer"), dict):
        payload["buyer"] = {
            name: value for name, value in payload["buyer"].items() if name != "personalIdentity"
        }
    return payload if _is_storable(payload) else _storable(payload)


def _is_storable(payload: dict[str, Any]) -> bool:
    text = json.dumps(payload)
    return "\\u0000" not in text and "\\ud" not in text


def _storable(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor halves of surrogate pairs; both are noise from a keyboard."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value


def _sha256(payload: dict[str, Any]) -> str:
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _fitting(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Cut texts to the width of their columns; the whole text stays in the revision."""
    for name, value in values.items():
        if isinstance(value, str):
            width = getattr(model._meta.get_field(name), "max_length", None)
            values[name] = value[:width] if width else value
    return values


def _block(parent: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _told(block: dict[str, Any], *, without: str = "") -> dict[str, Any]:
    return {
        name: value for name, value in block.items() if value not in (None, "") and name != without
    }


def _address_name(address: Mapping[str, Any]) -> str:
    names = (address.get("firstName"), address.get("lastName"), address.get("companyName"))
    return " ".join(str(name) for name in names if name)


def _amount(money: Any) -> Decimal | None:
    """``{amount, currency}`` as a Decimal; Allegro has sent numbers in place of text (#13539)."""
    if not isinstance(money, dict) or money.get("amount") in (None, ""):
        return None
    try:
        amount = Decimal(str(money["amount"]))
    except InvalidOperation as error:
        raise FormUnreadable(_("An amount of the order is not a number.")) from error
    if not amount.is_finite() or abs(amount) >= BEYOND:
        raise FormUnreadable(_("An amount of the order is not a number."))
    return amount.quantize(CENT, ROUND_HALF_UP)


def _sum(payments: list[Any]) -> Decimal | None:
    amounts = [_amount(one.get("paidAmount")) for one in payments if isinstance(one, dict)]
    told = [amount for amount in amounts if amount is not None]
    return sum(told, Decimal(0)) if told else None


def _currency(money: Any) -> str:
    return _text(money.get("currency"))[:3].upper() if isinstance(money, dict) else ""


def _rate(value: Any) -> Decimal | None:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 <= rate < 1000 else None
