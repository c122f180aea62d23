"""Plain lists an offer refers to: delivery methods, rates, conditions, producers."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.catalogue.delivery import METHODS, Method
from sandbox.state.sellers import Seller

operation = Operations()

_SETTINGS = "sale:settings:read"
_CONDITIONS = "/after-sales-service-conditions"


@operation("GET", "/sale/delivery-methods", public=True)
def delivery_methods(call: Call) -> Answer:
    place = call.query.get("marketplace")
    listed = [_method(method) for method in METHODS]
    if place:
        listed = [item for item in listed if place in item["marketplaces"]]
    return Answer(body={"deliveryMethods": listed})


def _method(method: Method) -> dict[str, Any]:
    return {
        "id": method.id,
        "name": method.name,
        "marketplaces": [f"allegro-{method.country.lower()}"],
        "paymentPolicy": "CASH_ON_DELIVERY" if method.cash_on_delivery else "IN_ADVANCE",
        "allegroEndorsed": method.name.startswith("Allegro"),
        "dispatchCountry": "PL",
        "destinationCountry": method.country,
        "shippingRatesConstraints": None,
    }


@operation("GET", "/sale/shipping-rates", _SETTINGS)
def shipping_rates(call: Call) -> Answer:
    place = call.query.get("marketplace")
    listed = [
        rate
        for rate in call.seller.shipping_rates
        if not place or {"id": place} in rate["marketplaces"]
    ]
    return Answer(body={"shippingRates": listed})


@operation("GET", "/sale/responsible-producers", _SETTINGS)
def responsible_producers(call: Call) -> Answer:
    limit = call.whole("limit", 1000, 1, 1000)
    offset = call.whole("offset", 0, 0, 50_000)
    everyone = call.seller.producers
    page = everyone[offset : offset + limit]
    body = {"responsibleProducers": page, "count": len(page), "totalCount": len(everyone)}
    return Answer(body=body)


def _page(call: Call, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    limit = call.whole("limit", 60, 1, 60)
    offset = call.whole("offset", 0, 0, 59)
    return listed[offset : offset + limit]


@operation("GET", "/sale/responsible-persons", _SETTINGS)
def responsible_persons(call: Call) -> Answer:
    limit = call.whole("limit", 1000, 1, 1000)
    offset = call.whole("offset", 0, 0, 16_000)
    everyone = call.seller.persons
    page = everyone[offset : offset + limit]
    body = {"responsiblePersons": page, "count": len(page), "totalCount": len(everyone)}
    return Answer(body=body)


@operation("GET", f"{_CONDITIONS}/return-policies", _SETTINGS)
def return_policies(call: Call) -> Answer:
    page = _page(call, [_return_policy(call.seller)])
    return Answer(body={"count": len(page), "returnPolicies": page})


def _return_policy(seller: Seller) -> dict[str, Any]:
    return {
        "id": seller.after_sales["returnPolicy"],
        "isFulfillment": False,
        "seller": {"id": seller.id},
        "name": "Zwroty 14 dni",
        "availability": {"range": "FULL", "restrictionCause": None},
        "withdrawalPeriod": "P14D",
        "returnCost": {"coveredBy": "BUYER"},
        "address": {
            "name": seller.company,
            "street": "Fabryczna 1",
            "postCode": "60-166",
            "city": "Poznań",
            "countryCode": "PL",
        },
        "contact": {"phoneNumber": None, "email": seller.email},
        "options": {
            "cashOnDeliveryNotAllowed": True,
            "freeAccessoriesReturnRequired": False,
            "refundLoweredByReceivedDiscount": False,
            "businessReturnAllowed": False,
            "collectBySellerOnly": False,
        },
    }


@operation("GET", f"{_CONDITIONS}/implied-warranties", _SETTINGS)
def implied_warranties(call: Call) -> Answer:
    named = {"id": call.seller.after_sales["impliedWarranty"], "name": "Reklamacje 2 lata"}
    page = _page(call, [named])
    return Answer(body={"count": len(page), "impliedWarranties": page})


@operation("GET", f"{_CONDITIONS}/warranties", _SETTINGS)
def warranties(call: Call) -> Answer:
    named = {"id": call.seller.after_sales["warranty"], "name": "Gwarancja producenta"}
    page = _page(call, [named])
    return Answer(body={"count": len(page), "warranties": page})
