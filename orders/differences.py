"""What a buyer changed between two readings of a form, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orders.blocks import block_in, list_of, text_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not what it was; empty where there was nothing."""

    label: str
    before: str
    now: str


def differences(*, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """What is different in what matters for packing, in the order of the page."""
    old, new = dict(_facts(before)), dict(_facts(now))
    return [
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "") != new.get(label, "")
    ]


def _facts(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    delivery, payment = block_in(form, "delivery"), block_in(form, "payment")
    address = block_in(delivery, "address")
    yield _("Purchase"), text_of(form.get("status"))
    yield _("Delivery method"), text_of(block_in(delivery, "method").get("name"))
    yield _("Pickup point"), text_of(block_in(delivery, "pickupPoint").get("id"))
    yield _("Recipient"), _joined(address, "firstName", "lastName", "companyName")
    yield _("Address"), _joined(address, "street", "zipCode", "city", "countryCode")
    yield _("Phone"), text_of(address.get("phoneNumber"))
    yield _("Paid"), _money(payment.get("paidAmount"))
    for line in list_of(form.get("lineItems")):
        if isinstance(line, dict):
            name = text_of(block_in(line, "offer").get("name")) or text_of(line.get("id"))
            yield name, _("%(n)s pieces") % {"n": text_of(line.get("quantity"))}
    invoice = block_in(form, "invoice")
    yield _("Invoice"), _("wanted") if invoice.get("required") else _("not wanted")
    yield _("Message"), text_of(form.get("messageToSeller"))


def _joined(block: Mapping[str, Any], *names: str) -> str:
    return " ".join(filter(None, (text_of(block.get(name)) for name in names)))


def _money(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return f"{text_of(value.get('amount'))} {text_of(value.get('currency'))}".strip()
