"""Products written in a shop's own columns, so that its file can be read again, there or here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from products.models import Product


@dataclass(frozen=True, slots=True)
class Exported:
    """A product with what hangs on it. ``on_hand`` are pieces by the code of the warehouse."""

    product: Product
    images: Sequence[str] = ()
    categories: Sequence[str] = ()
    on_hand: dict[str, int] = field(default_factory=dict)


Cell = Callable[[Exported], str]
Columns = Sequence[tuple[str, Cell]]


@dataclass(frozen=True, slots=True)
class Export:
    """How a format writes: its delimiter, and its columns for the warehouses there are."""

    delimiter: str
    columns: Callable[[Sequence[str]], Columns]


def plain(name: str) -> Cell:
    """A text or a whole number as it is; nothing is an empty cell."""

    def cell(one: Exported) -> str:
        value = getattr(one.product, name)
        return "" if value is None else str(value)

    return cell


def number(name: str, *, comma: bool) -> Cell:
    """An amount or a size without needless zeros."""

    def cell(one: Exported) -> str:
        value: Decimal | None = getattr(one.product, name)
        if value is None:
            return ""
        text = format(value.normalize(), "f")
        return text.replace(".", ",") if comma else text

    return cell


def flag(name: str) -> Cell:
    """1 or 0."""

    def cell(one: Exported) -> str:
        return "1" if getattr(one.product, name) else "0"

    return cell


def supplier(one: Exported) -> str:
    """The name of the supplier."""
    return one.product.supplier.name if one.product.supplier else ""


def main_category(one: Exported) -> str:
    """The path of the main category."""
    return one.product.default_category.path if one.product.default_category else ""


def categories(one: Exported) -> str:
    """The paths of all categories; one with a comma in it cannot be written in such a list."""
    return ",".join(path for path in one.categories if "," not in path)


def images(separator: str) -> Cell:
    """All addresses of pictures in their order."""

    def cell(one: Exported) -> str:
        return separator.join(one.images)

    return cell


def images_as_json(one: Exported) -> str:
    """All addresses of pictures as a JSON list, which holds any sign."""
    return json.dumps(list(one.images), ensure_ascii=False) if one.images else ""


def image(place: int) -> Cell:
    """The picture at a place, from 0."""

    def cell(one: Exported) -> str:
        return one.images[place] if place < len(one.images) else ""

    return cell


def in_stock(one: Exported) -> str:
    """Pieces on hand in all warehouses; empty when no stock is kept."""
    return str(sum(one.on_hand.values())) if one.on_hand else ""


def on_hand(warehouse: str) -> Cell:
    """Pieces on hand in one warehouse; empty when none are kept there."""

    def cell(one: Exported) -> str:
        return str(one.on_hand[warehouse]) if warehouse in one.on_hand else ""

    return cell
