"""An offer as product-offers shows it: stored facts, and what the seller wrote beyond them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sandbox.catalogue import parameters
from sandbox.pictures import picture_url
from sandbox.qualification import state_of
from sandbox.requirements import problems
from sandbox.state.clock import iso
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World


def offer_document(
    world: World, offer: Offer, seller: Seller, base_url: str, language: str = "en-US"
) -> dict[str, Any]:
    """The body of 200, 201 and 202 of product-offers."""
    document = bare_document(offer, seller, base_url)
    errors = [error.item(language) for error in problems(world, seller, document)]
    validated = iso(offer.updated_at)
    document["validation"] = {"errors": errors, "warnings": [], "validatedAt": validated}
    return document


def bare_document(offer: Offer, seller: Seller, base_url: str) -> dict[str, Any]:
    """The document without its validation."""
    document = _generated(offer, seller, base_url)
    for name, value in offer.details.items():
        present = document.get(name)
        if isinstance(value, dict) and isinstance(present, dict):
            document[name] = {**present, **deepcopy(value)}
        else:
            document[name] = deepcopy(value)
    return document


def _generated(offer: Offer, seller: Seller, base_url: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "name": offer.name,
        "productSet": _product_set(offer, seller),
        "category": {"id": offer.category_id},
        "external": {"id": offer.external_id} if offer.external_id else None,
        "stock": {"available": offer.available, "unit": "UNIT"},
        "sellingMode": {
            "format": "BUY_NOW",
            "price": {"amount": offer.price, "currency": offer.currency},
            "minimalPrice": None,
            "startingPrice": None,
        },
        "publication": {
            "duration": None,
            "startingAt": iso(offer.started_at) if offer.started_at else None,
            "status": offer.status,
            "republish": False,
            "endingAt": iso(offer.ended_at) if offer.ended_at else None,
            "endedBy": offer.ended_by,
            "marketplaces": {
                "base": {"id": seller.marketplace},
                "additional": [{"id": place} for place in offer.elsewhere],
            },
        },
        "additionalMarketplaces": _elsewhere(offer),
        "attachments": [],
        "fundraisingCampaign": None,
        "additionalServices": None,
        "delivery": {
            "handlingTime": "PT24H",
            "shippingRates": {"id": seller.shipping_rates[0]["id"]},
            "additionalInfo": None,
            "shipmentDate": None,
        },
        "b2b": {"buyableOnlyByBusiness": False},
        "compatibilityList": None,
        "language": "pl-PL",
        "warnings": [],
        "afterSalesServices": {name: {"id": value} for name, value in seller.after_sales.items()},
        "discounts": None,
        "parameters": [parameters.value(parameters.STATE, "Stan", ["Nowy"], [parameters.NEW])],
        "contact": None,
        "createdAt": iso(offer.created_at),
        "updatedAt": iso(offer.updated_at),
        "payments": {"invoice": "VAT"},
        "location": {
            "city": "Poznań",
            "countryCode": "PL",
            "postCode": "60-166",
            "province": "WIELKOPOLSKIE",
        },
        "images": [picture_url(base_url, offer)],
        "description": _description(offer),
        "sizeTable": None,
        "taxSettings": {
            "rates": [{"rate": offer.vat, "countryCode": "PL"}],
            "subject": "GOODS",
            "exemption": None,
        },
        "messageToSellerSettings": None,
    }


def _product_set(offer: Offer, seller: Seller) -> list[dict[str, Any]]:
    seeded = offer.product_set is None
    elements = [_seeded_product(offer, seller)] if seeded else deepcopy(offer.product_set or [])
    if elements:
        elements[0] |= deepcopy(offer.product_details)
    return elements


def _seeded_product(offer: Offer, seller: Seller) -> dict[str, Any]:
    return {
        "quantity": {"value": 1},
        "product": {
            "id": offer.product_id,
            "publication": {"status": "LISTED"},
            "parameters": parameters.product_values(
                offer.category_id, offer.ean, offer.brand, offer.name
            ),
            "isAiCoCreated": False,
        },
        "responsiblePerson": None,
        "responsibleProducer": {"id": seller.producers[0]["id"]},
        "safetyInformation": {"type": "NO_SAFETY_INFORMATION"},
        "marketedBeforeGPSRObligation": False,
        "deposits": [],
    }


def _elsewhere(offer: Offer) -> dict[str, Any]:
    return {
        place: {
            "sellingMode": {
                "format": "BUY_NOW",
                "price": {"amount": amount, "currency": currency},
                "minimalPrice": None,
                "startingPrice": None,
            },
            "publication": {
                "state": state_of(offer, place).state,
                "refusalReasons": list(state_of(offer, place).reasons),
            },
        }
        for place, (amount, currency) in offer.elsewhere.items()
    }


def _description(offer: Offer) -> dict[str, Any]:
    text = f"<p>{offer.name}. Nowy, z gwarancją, wysyłka w 24 godziny.</p>"
    return {"sections": [{"items": [{"type": "TEXT", "content": text}]}]}
