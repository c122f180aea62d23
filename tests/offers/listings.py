"""Rows of Allegro's offer listing, shaped as its description says."""

from __future__ import annotations

from typing import Any


def listing(number: int, **changes: Any) -> Any:
    """One row; ``changes`` replace whole keys."""
    row: dict[str, Any] = {
        "id": str(7_000_000_000 + number),
        "name": f"Kubek emaliowany {number}",
        "category": {"id": "257931"},
        "primaryImage": {"url": f"https://a.allegroimg.com/original/{number}"},
        "sellingMode": {"format": "BUY_NOW", "price": {"amount": "49.90", "currency": "PLN"}},
        "saleInfo": {"currentPrice": None, "biddersCount": 0},
        "stock": {"available": 10, "sold": 2},
        "stats": {"watchersCount": 1, "visitsCount": 20},
        "publication": {
            "status": "ACTIVE",
            "startedAt": "2026-05-01T10:00:00Z",
            "marketplaces": {"base": {"id": "allegro-pl"}, "additional": []},
        },
        "external": {"id": f"SKU-{number:05d}"},
        "additionalMarketplaces": {},
        "isFulfillment": False,
    }
    return {**row, **changes}


def listings(count: int) -> list[Any]:
    return [listing(number) for number in range(count)]
