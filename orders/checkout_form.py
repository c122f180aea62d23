"""Reading a checkout form as Allegro sends it. Pure; nulls and unknown values are no errors.

A value of None, an empty text or an empty address means "not told", never "erased".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.timestamps import read_moment
from orders.blocks import (
    FormUnreadable,
    amount_of,
    block_in,
    currency_of,
    fitting,
    list_of,
    storable_json,
    text_of,
    told_in,
)
from orders.enums import PaymentType
from orders.invoice_wish import person_of, tax_numbers
from orders.models import Order, OrderLine

LINE_DETAILS = (
    "discounts",
    "vouchers",
    "selectedAdditionalServices",
    "deposit",
    "reconciliation",
    "serialNumbers",
)


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
    """A checkout form. ``values`` are columns of ``Order``; ``body`` is what is kept of the original."""

    form_id: str
    values: dict[str, Any]
    lines: tuple[ReadLine, ...]
    body: bytes
    sha256: str

    @property
    def updated_at(self) -> datetime | None:
        value: datetime | None = self.values["remote_updated_at"]
        return value


def read_form(form: Mapping[str, Any]) -> ReadForm:
    """Take a form apart. Raises :class:`FormUnreadable` without id, lines, or with garbage amounts.

    The buyer's ``personalIdentity`` (a citizen's number) is dropped: nothing here needs it.
    """
    payload, body = _kept(form)
    form_id = text_of(payload.get("id"))
    items = payload.get("lineItems")
    if not form_id or not isinstance(items, list) or not items:
        raise FormUnreadable(
            _("Allegro's answer has no order number or no lines."),
            remedy=_("It is read again by itself; nothing was changed."),
        )
    lines = tuple(_line(item, position) for position, item in enumerate(items))
    values = fitting(Order, _order_values(payload))
    values["bought_at"] = min(
        (line.values["bought_at"] for line in lines if line.values["bought_at"]), default=None
    )
    values["currency"] = values["currency"] or lines[0].values["currency"]
    return ReadForm(form_id, values, lines, body, hashlib.sha256(body).hexdigest())


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
        person_of(values["invoice_address"]),
        *(number for _kind, number in tax_numbers(values["invoice_address"])),
    ]  # fmt: skip
    for line in lines:
        words += [line.values["name"], line.values["external_id"], line.offer_id]
    return " ".join(word for word in words if word).upper()[:6000]


def _order_values(payload: dict[str, Any]) -> dict[str, Any]:
    fulfilment = block_in(payload, "fulfillment")
    summary = block_in(payload, "summary")
    return {
        "revision": text_of(payload.get("revision")),
        "status": text_of(payload.get("status")),
        "fulfilment_status": text_of(fulfilment.get("status")),
        "fulfilment_provider": text_of(block_in(fulfilment, "provider").get("id")),
        "lines_sent": text_of(block_in(fulfilment, "shipmentSummary").get("lineItemsSent")),
        "marketplace": text_of(block_in(payload, "marketplace").get("id")),
        "message_to_seller": text_of(payload.get("messageToSeller")),
        "note": text_of(block_in(payload, "note").get("text")),
        "remote_updated_at": read_moment(payload.get("updatedAt")),
        "total": amount_of(summary.get("totalToPay")),
        "currency": currency_of(summary.get("totalToPay")),
        **_buyer(block_in(payload, "buyer")),
        **_delivery(block_in(payload, "delivery")),
        **_invoice(block_in(payload, "invoice")),
        **_payment(payload),
    }


def _buyer(buyer: dict[str, Any]) -> dict[str, Any]:
    return {
        "buyer_id": text_of(buyer.get("id")),
        "buyer_login": text_of(buyer.get("login")),
        "buyer_email": text_of(buyer.get("email")),
        "buyer_first_name": text_of(buyer.get("firstName")),
        "buyer_last_name": text_of(buyer.get("lastName")),
        "buyer_company": text_of(buyer.get("companyName")),
        "buyer_phone": text_of(buyer.get("phoneNumber")),
        "buyer_address": told_in(block_in(buyer, "address")),
        "buyer_language": text_of(block_in(buyer, "preferences").get("language")),
    }


def _delivery(delivery: dict[str, Any]) -> dict[str, Any]:
    address = block_in(delivery, "address")
    dispatch = block_in(block_in(delivery, "time"), "dispatch")
    method = block_in(delivery, "method")
    return {
        "delivery_method_id": text_of(method.get("id")),
        "delivery_method": text_of(method.get("name")),
        "delivery_address": told_in(address, without="modifiedAt"),
        "delivery_address_changed_at": read_moment(address.get("modifiedAt")),
        "pickup_point": told_in(block_in(delivery, "pickupPoint")),
        "delivery_cost": amount_of(delivery.get("cost")),
        "is_smart": bool(delivery["smart"]) if delivery.get("smart") is not None else None,
        "dispatch_from": read_moment(dispatch.get("from")),
        "dispatch_by": read_moment(dispatch.get("to")),
    }


def _invoice(invoice: dict[str, Any]) -> dict[str, Any]:
    address = block_in(invoice, "address")
    company = block_in(address, "company")
    wanted = invoice.get("required")
    return {
        "invoice_required": bool(wanted) if wanted is not None else None,
        "invoice_address": told_in(address),
        "invoice_company": text_of(company.get("name")),
        "invoice_tax_id": _tax_id(company),
    }


def _tax_id(company: dict[str, Any]) -> str:
    """The number invoices carry: the Polish one first, then any; ``taxId`` is the deprecated place."""
    ids = [one for one in list_of(company.get("ids")) if isinstance(one, dict) and one.get("value")]
    ids.sort(key=lambda one: one.get("type") != "PL_NIP")
    return text_of(ids[0]["value"] if ids else company.get("taxId"))


def _payment(payload: dict[str, Any]) -> dict[str, Any]:
    payment = block_in(payload, "payment")
    paid = amount_of(payment.get("paidAmount"))
    booked = _sum(list_of(payload.get("codBookedPayments")))
    if payment.get("type") == PaymentType.CASH_ON_DELIVERY and booked is not None:
        # Told since 2026-09 for couriers Allegro settles with, beside an amount of null or 0.
        paid = max(booked, paid or booked)
    return {
        "payment_id": text_of(payment.get("id")),
        "payment_type": text_of(payment.get("type")),
        "payment_provider": text_of(payment.get("provider")),
        "paid_amount": paid,
        "surcharges_paid": _sum(list_of(payload.get("surcharges"))),
        "paid_at": read_moment(payment.get("finishedAt")),
    }


def _line(item: Any, position: int) -> ReadLine:
    line_item_id = text_of(item.get("id")) if isinstance(item, dict) else ""
    quantity = item.get("quantity") if isinstance(item, dict) else None
    if not line_item_id or not isinstance(quantity, int) or quantity < 0:
        raise FormUnreadable(_("A line of the order has no number or no quantity."))
    offer = block_in(item, "offer")
    details = {name: item[name] for name in LINE_DETAILS if item.get(name)}
    if offer.get("productSet"):
        details["productSet"] = offer["productSet"]
    values = {
        "position": position,
        "offer_allegro_id": text_of(offer.get("id")),
        "external_id": text_of(block_in(offer, "external").get("id")),
        "name": text_of(offer.get("name")),
        "quantity": quantity,
        "price": amount_of(item.get("price")),
        "original_price": amount_of(item.get("originalPrice")),
        "currency": currency_of(item.get("price")),
        "tax_rate": _rate(block_in(item, "tax").get("rate")),
        "bought_at": read_moment(item.get("boughtAt")),
        "details": details,
    }
    return ReadLine(line_item_id[:64], fitting(OrderLine, values))


def _kept(form: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The form without what nobody here may know, and its canonical JSON."""
    payload = dict(form)
    if isinstance(payload.get("buyer"), dict):
        payload["buyer"] = {
            name: value for name, value in payload["buyer"].items() if name != "personalIdentity"
        }
    return storable_json(payload)


def _address_name(address: Mapping[str, Any]) -> str:
    names = (address.get("firstName"), address.get("lastName"), address.get("companyName"))
    return " ".join(str(name) for name in names if name)


def _sum(payments: list[Any]) -> Decimal | None:
    amounts = [amount_of(one.get("paidAmount")) for one in payments if isinstance(one, dict)]
    told = [amount for amount in amounts if amount is not None]
    return sum(told, Decimal(0)) if told else None


def _rate(value: Any) -> Decimal | None:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 <= rate < 1000 else None
