"""What a new seller's account holds from the first day: conditions, rates, a producer."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from sandbox.state.sellers import Seller
from sandbox.state.world import World


def open_shop(world: World, seller: Seller) -> None:
    """Give the seller after-sales conditions, a shipping rate set and a responsible producer."""
    ids = world.identities
    seller.after_sales = {
        "returnPolicy": ids.uuid(),
        "impliedWarranty": ids.uuid(),
        "warranty": ids.uuid(),
    }
    seller.shipping_rates = [
        {
            "id": ids.uuid(),
            "name": "Standardowy",
            "features": {"managedByAllegro": False, "isFulfillment": False},
            "marketplaces": [{"id": seller.marketplace}],
        },
        {
            "id": _named(seller, "rates"),
            "name": "Gabaryty",
            "features": {"managedByAllegro": False, "isFulfillment": False},
            "marketplaces": [{"id": seller.marketplace}],
        },
    ]
    seller.producers = [
        {
            "id": ids.uuid(),
            "name": seller.company[:50],
            "producerData": {
                "tradeName": seller.company,
                "address": {
                    "countryCode": "PL",
                    "street": "Fabryczna 1",
                    "postalCode": "60-166",
                    "city": "Poznań",
                },
                "contact": {
                    "email": "kontakt@allegro-sandbox.example",
                    "phoneNumber": "+48 600 000 000",
                    "formUrl": "",
                },
            },
        }
    ]
    seller.persons = [
        {
            "id": _named(seller, "person"),
            "name": "Przedstawiciel w UE",
            "personalData": {
                "name": f"{seller.company} Przedstawiciel",
                "address": {
                    "countryCode": "PL",
                    "street": "Fabryczna 1",
                    "postalCode": "60-166",
                    "city": "Poznań",
                },
                "contact": {
                    "email": "przedstawiciel@allegro-sandbox.example",
                    "phoneNumber": "+48 600 000 001",
                    "formUrl": "",
                },
            },
        }
    ]


def _named(seller: Seller, what: str) -> str:
    """An id that is the same for a seller whatever else is drawn from the seed."""
    return str(uuid5(NAMESPACE_OID, f"{seller.id}/{what}"))
