"""An offer as product-offers shows it: stored facts, and what the seller wrote beyond them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sandbox.catalogue import tree
from sandbox.pictures import picture_url
from sandbox.state.clock import iso
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller


def offer_document(offer: Offer, seller: Seller, base_url: str) -> dict[str, Any]:
    """The body of 200, 201 and 202 of product-offers."""
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
        "productSet": [_product(offer, seller)],
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
        "validation": {"errors": [], "warnings": [], "validatedAt": iso(offer.updated_at)},
        "warnings": [],
        "afterSalesServices": {name: {"id": value} for name, value in seller.after_sales.items()},
        "discounts": None,
        "parameters": [
            {
                "id": tree.STATE,
                "name": "Stan",
                "rangeValue": None,
                "values": ["Nowy"],
                "valuesIds": [f"{tree.STATE}_1"],
            }
        ],
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


def _product(offer: Offer, seller: Seller) -> dict[str, Any]:
    return {
        "quantity": {"value": 1},
        "product": {
            "id": offer.product_id,
            "publication": {"status": "LISTED"},
            "parameters": [
                _value(tree.EAN, "EAN (GTIN)", offer.ean),
                _value(tree.BRAND, "Marka", offer.brand),
            ],
            "isAiCoCreated": False,
        },
        "responsiblePerson": None,
        "responsibleProducer": {"id": seller.producers[0]["id"]},
        "safetyInformation": {"type": "NO_SAFETY_INFORMATION"},
        "marketedBeforeGPSRObligation": False,
        "deposits": [],
        **deepcopy(offer.product_details),
    }


def _value(number: str, name: str, value: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "rangeValue": None,
        "values": [value] if value else [],
        "valuesIds": None,
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
            "publication": {"state": "APPROVED", "refusalReasons": []},
        }
        for place, (amount, currency) in offer.elsewhere.items()
    }


def _description(offer: Offer) -> dict[str, Any]:
    text = f"<p>{offer.name}. Nowy, z gwarancją, wysyłka w 24 godziny.</p>"
    return {"sections": [{"items": [{"type": "TEXT", "content": text}]}]}
