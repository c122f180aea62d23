"""BizBox files made for the offers a sandbox has."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

HEADER = (
    "code", "externalId", "name:cs", "description:cs", "brand", "manufacturer", "supplier",
    "purchasePrice", "purchasePriceTaxRate", "purchasePriceCurrency", "ean", "weight",
    "stock:onHand:magazyn", "stock:minimumRequiredLevel:magazyn", "active",
    "categoriesSingle", "defaultCategory",
)  # fmt: skip
PER_PRODUCT = 500


def bizbox(offers: Iterable[dict[str, Any]], *, rows: int) -> bytes:
    """A file of *rows* rows: one for each offer, by code or else by EAN alone, then others.

    Every product has PER_PRODUCT pieces on hand.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    number = 0
    for number, offer in enumerate(offers, 1):
        code = offer["externalId"] or code_of(offer)
        writer.writerow(_row(number, code, offer["name"], offer["ean"]))
    for other in range(number + 1, rows + 1):
        writer.writerow(_row(other, f"INNE-{other:05d}", f"Towar bez oferty {other}", ""))
    return text.getvalue().encode("utf-8-sig")


def code_of(offer: dict[str, Any]) -> str:
    """The code of the product whose offer carries none: the one the example file gives it too."""
    return f"LIP-{int(offer['ean'][3:12]) % 1_000_000:04d}"


def _row(number: int, code: str, name: str, ean: str) -> list[str]:
    price = f"{Decimal(1000 + number) / 100:.2f}".replace(".", ",")
    return [
        code, str(number), name, f"<p>{name}</p>", "Lipowa", "Lipowa s.r.o.", "Dodavatel A",
        price, "21", "CZK", ean, "0,350", str(PER_PRODUCT), "5", "1", "Kuchyně,Hrnky", "Hrnky",
    ]  # fmt: skip
