"""Whom the invoice is for, as the buyer told Allegro. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.blocks import block_in, list_of, text_of

# Allegro's kinds of tax numbers, as companies write them; it may add more.
KINDS: dict[str, str | Promise] = {
    "PL_NIP": "NIP",
    "CZ_ICO": "IČO",
    "CZ_DIC": "DIČ",
    "SK_ICO": "IČO",
    "SK_IC_DPH": "IČ DPH",
    "HU_ADOSZAM": "Adószám",
    "VAT_EU": "VAT UE",
    "OTHER": _("Tax number"),
}


def tax_numbers(address: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every tax number of the company as (kind in words, number); ``taxId`` is the deprecated place."""
    company = block_in(address, "company")
    found = [
        (str(KINDS.get(text_of(one.get("type")), one.get("type") or "")), text_of(one["value"]))
        for one in list_of(company.get("ids"))
        if isinstance(one, dict) and one.get("value")
    ]
    old = text_of(company.get("taxId"))
    if old and old not in [number for _kind, number in found]:
        found.append((str(KINDS["OTHER"]), old))
    return found


def person_of(address: Mapping[str, Any]) -> str:
    """The private person an invoice is for, or an empty text."""
    person = block_in(address, "naturalPerson")
    names = (text_of(person.get("firstName")), text_of(person.get("lastName")))
    return " ".join(name for name in names if name)
