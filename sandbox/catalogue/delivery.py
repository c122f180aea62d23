"""Marketplaces, carriers and ways of delivery."""

from __future__ import annotations

from dataclasses import dataclass

# marketplace: (base currency, additional currencies, language, value of one zloty in it, decimals)
MARKETPLACES: dict[str, tuple[str, tuple[str, ...], str, str, int]] = {
    "allegro-pl": ("PLN", (), "pl-PL", "1", 2),
    "allegro-cz": ("CZK", (), "cs-CZ", "5.80", 0),
    "allegro-sk": ("EUR", (), "sk-SK", "0.235", 2),
    "allegro-hu": ("HUF", (), "hu-HU", "92", 0),
}


@dataclass(frozen=True)
class Method:
    """A way of delivery. ``cost`` in zloty; ``point`` tells a pickup point is chosen."""

    id: str
    name: str
    cost: str
    country: str = "PL"
    point: bool = False
    cash_on_delivery: bool = False


METHODS = (
    Method("1fa56f79-4b6a-4821-a6f2-ca9c16d5c925", "Allegro Paczkomaty InPost", "12.99", point=True),
    Method("2488f7b7-5d1c-4d65-b85c-4cbcf253fd93", "Allegro Kurier DPD", "14.99"),
    Method("845efe05-0c96-47c3-a8cb-aa4699c158ce", "Allegro One Box", "9.99", point=True),
    Method("9c1b8d4e-4f0a-4c64-9d1a-3d9d1c2f7b10", "Kurier pobranie", "19.99",
           cash_on_delivery=True),
    Method("7f3a0b52-77a1-4b8e-9d59-3a6a8d0f5e21", "Allegro One Kurier", "13.99"),
    Method("3b1b8d0a-61f7-4d68-8f2e-1fd2a7e7a901", "Allegro Zásilkovna", "11.99", "CZ", point=True),
    Method("5d2f3c1b-9e45-4a0b-8a75-8a6c0a9b6d02", "Allegro Kurýr DPD", "17.99", "CZ"),
    Method("a9a7be0c-0c3f-4a8e-8f51-5b7f1e6a3c03", "Allegro Packeta", "12.99", "SK", point=True),
    Method("c6c1e3b2-8f6d-4c8a-9e57-0b2d4f8a1e04", "Allegro GLS Futár", "18.99", "HU"),
)  # fmt: skip
COUNTRIES = {"allegro-pl": "PL", "allegro-cz": "CZ", "allegro-sk": "SK", "allegro-hu": "HU"}

CARRIERS = (
    ("UPS", "UPS"), ("INPOST", "InPost"), ("DHL", "DHL"), ("POCZTA_POLSKA", "Poczta Polska"),
    ("GLS", "GLS"), ("DPD", "DPD"), ("FEDEX", "FedEx"), ("ALLEGRO", "Allegro"),
    ("PACKETA", "Packeta"), ("ORLEN_PACZKA", "ORLEN Paczka"), ("OTHER", "Inny"),
)  # fmt: skip


def methods_for(marketplace: str, *, cash_on_delivery: bool) -> list[Method]:
    """Ways to deliver an order of a marketplace; at least one exists for prepaid orders."""
    country = COUNTRIES[marketplace]
    return [
        method
        for method in METHODS
        if method.country == country and method.cash_on_delivery == cash_on_delivery
    ]
