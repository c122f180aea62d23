"""What keeps a product from being deleted. Higher apps say what of theirs refers to products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from products.models import Product

Refers = Callable[[Product], bool]


@dataclass(frozen=True, slots=True)
class Holder:
    """Something that refers to products: how people call it, and whether it refers to one."""

    label: str | Promise
    refers: Refers


_holders: dict[str, Holder] = {}


def register_holder(name: str, label: str | Promise, refers: Refers) -> None:
    """Have products kept that ``refers`` says yes to. Called in ``AppConfig.ready()``."""
    _holders[name] = Holder(label, refers)


def held_by(product: Product) -> list[str]:
    """What refers to the product, in words; empty when it may be deleted."""
    return [str(holder.label) for holder in _holders.values() if holder.refers(product)]
