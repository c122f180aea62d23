"""What is sent to Allegro to create an offer from a product."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from core.money import Money
from offers.publishing.facts import ProductFacts, Terms
from offers.publishing.parameters import fill
from offers.values import title_text

MOST_IMAGES = 16


def offer_body(
    product: ProductFacts,
    terms: Terms,
    *,
    images: Sequence[str],
    activate: bool,
    quantity: int,
    price: Money,
    description: str,
    elsewhere: Mapping[str, Money] | None = None,
) -> dict[str, Any]:
    """The body of ``POST /sale/product-offers`` for a product that is ready.

    ``images`` lie at Allegro already. ``description`` is HTML as Allegro takes it. ``elsewhere`` are
    prices on additional marketplaces. Raises ValueError for a product without a category.
    """
    if product.place is None:
        raise ValueError("a product without an Allegro category has no body")
    filled = fill(product.place.parameters or (), product.place.fillings, product.fields)
    body = {
        "name": title_text(product.title),
        "external": {"id": product.code},
        "category": {"id": product.place.category_id},
        "productSet": [_product(product, terms, filled.of_product, images)],
        "parameters": filled.of_offer,
        "images": list(images[:MOST_IMAGES]),
        "description": described(description or f"<p>{product.title}</p>"),
        **sold(activate=activate, quantity=quantity, price=price, elsewhere=elsewhere or {}),
        **agreed(terms),
    }
    return {name: value for name, value in body.items() if value not in (None, [], {})}


def sold(
    *, activate: bool, quantity: int, price: Money, elsewhere: Mapping[str, Money]
) -> dict[str, Any]:
    """How many are for sale, for how much, where, and whether at once.

    ``republish`` would put the first quantity on sale again whatever was sold, so it is never set.
    """
    return {
        "stock": {"available": quantity, "unit": "UNIT"},
        "sellingMode": {"format": "BUY_NOW", "price": _money(price)},
        "publication": {"status": "ACTIVE" if activate else "INACTIVE", "republish": False},
        "additionalMarketplaces": {
            place: {"sellingMode": {"price": _money(money)}} for place, money in elsewhere.items()
        },
    }


def agreed(terms: Terms) -> dict[str, Any]:
    """What the account's settings say of every new offer."""
    services = {
        "returnPolicy": terms.return_policy,
        "impliedWarranty": terms.implied_warranty,
        "warranty": terms.warranty,
    }
    location = {
        "city": terms.city,
        "countryCode": terms.country,
        "postCode": terms.post_code,
        "province": terms.province,
    }
    found: dict[str, Any] = {
        "delivery": {
            "shippingRates": {"id": terms.shipping_rates},
            "handlingTime": terms.handling_time,
        },
        "afterSalesServices": {name: {"id": key} for name, key in services.items() if key},
        "payments": {"invoice": terms.invoice},
        "location": {name: value for name, value in location.items() if value},
    }
    if terms.tax_rate is not None:
        rate = {"rate": f"{terms.tax_rate:.2f}", "countryCode": terms.country}
        found["taxSettings"] = {"subject": "GOODS", "rates": [rate]}
    return found


def body_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of a body, the same for the same content."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def described(html: str) -> dict[str, Any]:
    """A text as Allegro's description: one section with one item."""
    return {"sections": [{"items": [{"type": "TEXT", "content": html}]}]}


def _product(
    product: ProductFacts, terms: Terms, parameters: list[dict[str, Any]], images: Sequence[str]
) -> dict[str, Any]:
    """The product by its EAN where it has one, and described, in case the catalogue lacks it."""
    assert product.place is not None  # the caller looked
    described_product: dict[str, Any] = {
        "name": title_text(product.title),
        "category": {"id": product.place.category_id},
        "parameters": parameters,
        "images": list(images[:MOST_IMAGES]),
    }
    if product.ean:
        described_product = {"id": product.ean, "idType": "GTIN", **described_product}
    return {"product": described_product, "quantity": {"value": 1}, **safety(terms)}


def safety(terms: Terms) -> dict[str, Any]:
    """What the GPSR asks of every product in an offer."""
    if terms.before_gpsr:
        return {"marketedBeforeGPSRObligation": True}
    return {
        "responsibleProducer": {"type": "ID", "id": terms.producer},
        "safetyInformation": {"type": "TEXT", "description": terms.safety},
        "marketedBeforeGPSRObligation": False,
    }


def _money(money: Money) -> dict[str, str]:
    return {"amount": f"{money.amount:.2f}", "currency": money.currency}
