"""Reading and writing Allegro's money.

Allegro sends ``{"amount": "12.34", "currency": "PLN"}``; a few resources have sent the amount as
a number (refunds, allegro-api#13539; refund claims by description). Both are read exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.allegro.types import Money

_CURRENCY = re.compile(r"[A-Z]{3}")


class UnreadableAmount(ValueError):
    """The value is no money: wrong shape, not a finite number, or no ISO 4217 currency."""


def amount_of(value: Mapping[str, Any] | None) -> tuple[Decimal, str]:
    """Give amount and ISO currency of an Allegro money object.

    Raises UnreadableAmount for null, NaN, infinity, booleans or a missing currency: guessing at
    money is worse than stopping.
    """
    if not isinstance(value, Mapping):
        raise UnreadableAmount(f"not a money object: {type(value).__name__}")
    currency = value.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise UnreadableAmount("a money object without an ISO 4217 currency")
    return _decimal(value.get("amount")), currency


def money(amount: Decimal, currency: str) -> Money:
    """Write money as Allegro wants it: a plain decimal string, never an exponent."""
    if not amount.is_finite():
        raise UnreadableAmount("an amount must be finite")
    if not _CURRENCY.fullmatch(currency):
        raise UnreadableAmount("not an ISO 4217 currency")
    return {"amount": format(amount, "f"), "currency": currency}


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise UnreadableAmount(f"not an amount: {type(raw).__name__}")
    try:
        # str() of a float is its shortest exact form: 12.3 stays 12.3, not 12.300000000000000710.
        amount = Decimal(str(raw).strip())
    except InvalidOperation as broken:
        raise UnreadableAmount("not an amount") from broken
    if not amount.is_finite():
        raise UnreadableAmount("an amount must be finite")
    return amount
