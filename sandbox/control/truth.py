"""Everything a long run is judged by, of all sellers, in one answer and few words."""

from __future__ import annotations

from typing import Any

from sandbox.control.request import Control, Endpoint
from sandbox.state.sellers import Seller
from sandbox.state.world import World


def truth(control: Control) -> Any:
    """Orders with lines and statuses, offers with stock, what was bought; no buyer, no address.

    About 300 bytes an order: 10,000 orders are 3 MB.
    """
    world = control.world
    return {seller.login: _of(world, seller) for seller in world.sellers.values()}


def _of(world: World, seller: Seller) -> dict[str, Any]:
    return {
        "orders": {form_id: _order(form) for form_id, form in seller.forms.by_id.items()},
        "mergedInto": seller.forms.merged_into,
        "offers": {item: _offer(world.offers[item], seller) for item in seller.offers},
        "bought": seller.bought.total(),
        "returns": {
            item["id"]: {
                "orderId": item["orderId"],
                "status": item["status"],
                "items": [[line["offerId"], line["quantity"]] for line in item["items"]],
            }
            for item in seller.returns.values()
        },
        "eventsLost": len(seller.order_events.lost),
        "eventsWritten": len(seller.order_events.entries),
    }


def _order(form: dict[str, Any]) -> dict[str, Any]:
    dispatch = ((form["delivery"] or {}).get("time") or {}).get("dispatch") or {}
    return {
        "status": form["status"],
        "fulfilment": form["fulfillment"]["status"],
        "provider": form["fulfillment"]["provider"]["id"],
        "dispatchTo": dispatch.get("to"),
        "lines": [
            [line["id"], line["offer"]["id"], line["quantity"], line["boughtAt"]]
            for line in form["lineItems"]
        ],
    }


def _offer(offer: Any, seller: Seller) -> dict[str, Any]:
    return {
        "externalId": offer.external_id,
        "ean": offer.ean,
        "available": offer.available,
        "status": offer.status,
        "name": offer.name,
        "price": offer.price,
        "elsewhere": {place: amount for place, (amount, _) in offer.elsewhere.items()},
        "bought": seller.bought[offer.id],
    }


ENDPOINTS = (Endpoint("GET", "/truth", truth),)
