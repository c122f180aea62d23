"""Allegro's catalogue of products: found by id, by GTIN or by words, and growing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sandbox.catalogue import parameters
from sandbox.catalogue.ean import check_digit
from sandbox.state.offers import Offer

_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(slots=True)
class Product:
    """A product of the catalogue. ``stated`` are parameters of a seller's own definition."""

    id: str
    name: str
    category_id: str
    ean: str
    brand: str
    stated: list[dict[str, Any]] | None = None
    images: tuple[str, ...] = ()

    @property
    def parameters(self) -> list[dict[str, Any]]:
        if self.stated is not None:
            return self.stated
        return parameters.product_values(self.category_id, self.ean, self.brand, self.name)


class Products:
    """The catalogue. The first product with a GTIN keeps it."""

    def __init__(self) -> None:
        self.by_id: dict[str, Product] = {}
        self.by_ean: dict[str, Product] = {}

    def add(self, product: Product) -> Product:
        self.by_id.setdefault(product.id, product)
        if product.ean:
            self.by_ean.setdefault(product.ean, product)
        return product

    def add_of(self, offer: Offer) -> None:
        """The product an offer is of, as the catalogue would know it."""
        if offer.product_id not in self.by_id:
            self.add(
                Product(offer.product_id, offer.name, offer.category_id, offer.ean, offer.brand)
            )

    def by_gtin(self, gtin: str, category_id: str) -> Product | None:
        """The product with this number. Allegro knows nearly every one that a maker was given, so
        a valid number is always found, in the category asked for; numbers a shop gives itself
        (GS1 prefixes 02, 04 and 2) are not."""
        found = self.by_ean.get(gtin)
        if found is not None or not is_gtin(gtin) or gtin.lstrip("0")[:1] in ("2", "4"):
            return found
        return self.add(
            Product(
                id=str(uuid5(NAMESPACE_OID, gtin)),
                name=f"Produkt z katalogu {gtin}",
                category_id=category_id,
                ean=gtin,
                brand="Nordvik",
            )
        )

    def search(self, phrase: str, *, gtin_only: bool, category_id: str) -> list[Product]:
        """Products with this GTIN, or with all words in their name."""
        if gtin_only or phrase.isdigit():
            known = self.by_gtin(phrase, category_id or "257931")
            found = [known] if known else []
        else:
            words = phrase.lower().split()
            found = [
                product
                for product in self.by_id.values()
                if all(word in product.name.lower() for word in words)
            ]
        return [one for one in found if not category_id or one.category_id == category_id]


def is_gtin(text: str) -> bool:
    """Whether the check digit is right (GS1 General Specifications, 7.9)."""
    if not text.isdigit() or not text.isascii() or len(text) not in _GTIN_LENGTHS:
        return False
    whole = text.zfill(13)
    if len(whole) == 14:
        total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(whole[:13]))
        return str(-total % 10) == whole[13]
    return check_digit(whole[:12]) == whole[12]
