"""Who the seller is, and the marketplaces there are."""

from __future__ import annotations

from sandbox.call import Answer, Call, Operations
from sandbox.catalogue.delivery import COUNTRIES, MARKETPLACES

operation = Operations()


@operation("GET", "/me", "profile:read")
def me(call: Call) -> Answer:
    seller = call.seller
    return Answer(
        body={
            "id": seller.id,
            "login": seller.login,
            "firstName": seller.first_name,
            "lastName": seller.last_name,
            "email": seller.email,
            "baseMarketplace": {"id": seller.marketplace},
            "company": {"name": seller.company, "taxId": seller.tax_id},
            "features": [],
        }
    )


@operation("GET", "/marketplaces", public=True)
def marketplaces(call: Call) -> Answer:
    listed = []
    for name, (currency, additional, language, _, _) in MARKETPLACES.items():
        listed.append(
            {
                "id": name,
                "languages": {
                    "offerCreation": [{"code": language}],
                    "offerDisplay": [{"code": language}, {"code": "en-US"}],
                },
                "currencies": {
                    "base": {"code": currency},
                    "additional": [{"code": code} for code in additional],
                },
                "shippingCountries": [{"code": COUNTRIES[name]}],
            }
        )
    return Answer(body={"marketplaces": listed})
