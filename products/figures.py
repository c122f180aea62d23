"""Figures beside a product that higher apps know. They register their source when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

# {product id: pieces left to sell}; a product no stock is kept of is left out.
Available = Callable[[int, Collection[int]], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Offered:
    """How many offers sell a product, and on which accounts."""

    count: int = 0
    accounts: tuple[str, ...] = ()


# {product id: its offers}; a product without any is left out.
Offers = Callable[[int, Collection[int]], Mapping[int, Offered]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a list row shows beside the product; ``available`` is None where no stock is kept."""

    available: int | None = None
    offered: Offered = Offered()

    @property
    def offers(self) -> int:
        return self.offered.count


_available: list[Available] = []
_offers: list[Offers] = []


def register_available(source: Available) -> None:
    """Have stock read from ``source``, called with the organization's id and product ids."""
    _available[:] = [source]


def register_offers(source: Offers) -> None:
    """Have offers read from ``source``, called with the organization's id and product ids."""
    _offers[:] = [source]


def figures_of(*, organization_id: int, product_ids: Collection[int]) -> dict[int, Figures]:
    """Available pieces and offers of each product: a fixed number of queries."""
    if not product_ids:
        return {}
    stock = _available[0](organization_id, product_ids) if _available else {}
    offers = _offers[0](organization_id, product_ids) if _offers else {}
    return {pk: Figures(stock.get(pk), offers.get(pk, Offered())) for pk in product_ids}
