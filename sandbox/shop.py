"""What a new seller's account holds from the first day: conditions, rates, a producer."""

from __future__ import annotations

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
        }
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
