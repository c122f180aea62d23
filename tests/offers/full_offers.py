"""Offers in full, as ``GET /sale/product-offers/{id}`` shows them."""

from __future__ import annotations

from typing import Any


def full_offer(allegro_id: str = "7000000001", **values: Any) -> dict[str, Any]:
    """An active offer without fault; keys of ``values`` replace whole parts."""
    return {
        "id": allegro_id,
        "name": "Kubek termiczny czerwony 500 ml",
        "category": {"id": "257931"},
        "external": {"id": "MUG-1"},
        "sellingMode": {"format": "BUY_NOW", "price": {"amount": "49.90", "currency": "PLN"}},
        "stock": {"available": 7, "unit": "UNIT"},
        "publication": {
            "status": "ACTIVE",
            "marketplaces": {"base": {"id": "allegro-pl"}, "additional": []},
        },
        "productSet": [{"product": {"id": "a-b-c-d-e", "parameters": []}}],
        "images": ["https://a.allegroimg.com/original/11aa/1.jpg"],
        "description": {"sections": [{"items": [{"type": "TEXT", "content": "<p>Kubek</p>"}]}]},
        "validation": {"errors": [], "warnings": [], "validatedAt": "2026-11-20T10:00:00Z"},
        "additionalMarketplaces": {},
        **values,
    }


def elsewhere(
    amount: str, currency: str, state: str = "APPROVED", *refusals: dict[str, Any]
) -> dict[str, Any]:
    """An offer's part about one additional marketplace."""
    return {
        "sellingMode": {"price": {"amount": amount, "currency": currency}},
        "publication": {"state": state, "refusalReasons": list(refusals)},
    }


def objection(code: str, path: str = "", message: str = "Wrong") -> dict[str, Any]:
    """One of Allegro's errors or warnings about an offer."""
    return {"code": code, "path": path or None, "message": "for developers", "userMessage": message}
