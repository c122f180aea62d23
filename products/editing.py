"""What one edit makes of one product. Pure: no reads, no writes.

A price moved by a percentage is rounded half up as the step says; a result that is not above zero is
refused, never lifted to some least price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from products.enums import EditAct, EditField, EditRefusal, Rounding
from products.fields import attribute
from products.models import Product

LARGEST = Decimal(10) ** 10
TAGS_LONGEST = 500
PRICES = {
    EditField.SELLING_PRICE: "selling_currency",
    EditField.PURCHASE_PRICE: "purchase_currency",
}


class Refused(Exception):
    """The edit leaves the product alone; ``reason`` is one of :class:`EditRefusal`."""

    def __init__(self, reason: EditRefusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with its value as the field takes it; ``currency`` of a price, empty to keep it."""

    field: EditField
    act: EditAct
    value: Any = None
    rounding: Rounding = Rounding.CENT
    currency: str = ""


def edited(product: Product, steps: Sequence[Step]) -> dict[str, Any]:
    """The values that would differ, by attribute. Raises :class:`Refused`."""
    if product.archived_at is not None:
        raise Refused(EditRefusal.ARCHIVED)
    values: dict[str, Any] = {}
    for step in steps:
        values |= _HOW.get(step.field, _plainly)(product, step)
    return {name: value for name, value in values.items() if getattr(product, name) != value}


def attributes(steps: Sequence[Step]) -> list[str]:
    """Every attribute the steps may write."""
    names = [attribute(step.field) for step in steps]
    return names + [PRICES[step.field] for step in steps if step.field in PRICES]


def rounded(price: Decimal, rounding: Rounding) -> Decimal:
    """The price as people write prices. ``NINES`` is the nearest price ending in ,99."""
    if rounding == Rounding.NINES:
        nearest = (price + Decimal("0.01")).quantize(Decimal(1), ROUND_HALF_UP)
        return max(nearest, Decimal(1)) - Decimal("0.01")
    step = {Rounding.TENTH: Decimal("0.1"), Rounding.WHOLE: Decimal(1)}.get(
        rounding, Decimal("0.01")
    )
    return price.quantize(step, ROUND_HALF_UP)


def _plainly(_product: Product, step: Step) -> dict[str, Any]:
    return {attribute(step.field): step.value}


def _price(product: Product, step: Step) -> dict[str, Any]:
    currency_name = PRICES[step.field]
    if step.act == EditAct.CLEAR:
        return {step.field.value: None}
    price = step.value
    if step.act == EditAct.PERCENT:
        present = getattr(product, step.field.value)
        if present is None:
            raise Refused(EditRefusal.NO_PRICE)
        price = rounded(present * (100 + step.value) / 100, step.rounding)
        if price <= 0:
            raise Refused(EditRefusal.BELOW_ZERO)
    if price >= LARGEST:
        raise Refused(EditRefusal.TOO_LARGE)
    currency = step.currency or getattr(product, currency_name)
    if not currency:
        raise Refused(EditRefusal.NO_CURRENCY)
    return {step.field.value: price, currency_name: currency}


def _tags(product: Product, step: Step) -> dict[str, Any]:
    named = words_of(str(step.value or ""))
    present = words_of(product.tags)
    known = {word.casefold() for word in named}
    if step.act == EditAct.ADD:
        kept = [word for word in present if word.casefold() not in known] + named
    elif step.act == EditAct.REMOVE:
        kept = [word for word in present if word.casefold() not in known]
    else:
        kept = named
    if {word.casefold() for word in kept} == {word.casefold() for word in present}:
        return {}
    text = ", ".join(kept)
    if len(text) > TAGS_LONGEST:
        raise Refused(EditRefusal.TOO_LONG)
    return {"tags": text}


def words_of(text: str) -> list[str]:
    """Tags as they are separated by commas."""
    return [word for part in text.split(",") if (word := part.strip())]


_HOW: dict[str, Callable[[Product, Step], dict[str, Any]]] = {
    EditField.SELLING_PRICE: _price,
    EditField.PURCHASE_PRICE: _price,
    EditField.TAGS: _tags,
}
