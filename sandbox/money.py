"""Amounts as the API writes them: decimal text and a currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

Price = dict[str, str]


def price(amount: Decimal | str, currency: str) -> Price:
    return {"amount": f"{Decimal(amount):.2f}", "currency": currency}


def line_total(line: dict[str, Any]) -> Decimal:
    """What a line costs, with its additional services."""
    services = line["selectedAdditionalServices"] or []
    extra = sum((Decimal(s["price"]["amount"]) * s["quantity"] for s in services), Decimal(0))
    quantity: int = line["quantity"]
    return Decimal(line["price"]["amount"]) * quantity + extra


def lines_total(lines: Iterable[dict[str, Any]]) -> Decimal:
    return sum((line_total(line) for line in lines), Decimal(0))
