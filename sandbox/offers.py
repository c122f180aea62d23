"""Offers themselves: created, read and changed through product-offers."""

from __future__ import annotations

from typing import Any

from sandbox import offer_changes
from sandbox.call import Answer, Call, Limit, Operations
from sandbox.errors import ApiError, invalid, not_found
from sandbox.offer_document import offer_document
from sandbox.state.clock import iso
from sandbox.state.offers import Offer

operation = Operations()

_WRITES = (Limit("offerWrites"),)


@operation("POST", "/sale/product-offers", "sale:offers:write", limits=_WRITES)
def create(call: Call) -> Answer:
    """A new offer each time: sent twice, there are two."""
    offer = offer_changes.new_offer(call.world, call.seller, call.body)
    wanted = (call.body.get("publication") or {}).get("status", "INACTIVE")
    delay = call.world.settings.operationDelaySeconds
    if delay <= 0:
        if wanted in ("ACTIVE", "ACTIVATING"):
            offer_changes.publish(call.world, offer)
        return Answer(201, offer_document(offer, call.seller, call.base_url))
    offer.status = "ACTIVATING" if wanted in ("ACTIVE", "ACTIVATING") else "INACTIVE"
    call.world.show(offer, call.now)

    def finish(moment: float) -> None:
        if offer.status == "ACTIVATING":
            offer_changes.publish(call.world, offer)

    return _accepted(call, offer, finish)


@operation("GET", "/sale/product-offers/{offerId}", "sale:offers:read", limits=(Limit("offerReads"),),
           errors_on_401=True)  # fmt: skip
def read(call: Call) -> Answer:
    offer = call.offer(_offer_id(call))
    return Answer(body=offer_document(offer, call.seller, call.base_url))


@operation("PATCH", "/sale/product-offers/{offerId}", "sale:offers:write", limits=_WRITES)
def change(call: Call) -> Answer:
    """Only price and stock are done at once; anything else is an asynchronous operation."""
    offer = call.offer(_offer_id(call))
    change = offer_changes.checked(call.world, offer, call.body)
    quick = set(call.body) <= {"stock", "sellingMode", "additionalMarketplaces"}
    if quick or call.world.settings.operationDelaySeconds <= 0:
        change(call.now)
        return Answer(200, offer_document(offer, call.seller, call.base_url))
    return _accepted(call, offer, change)


@operation("GET", "/sale/product-offers/{offerId}/parts", "sale:offers:read", limits=(Limit("offerParts"),),
           invalid_status=400, errors_on_401=True)  # fmt: skip
def parts(call: Call) -> Answer:
    """Stock and price as they are this moment, unlike the listing."""
    offer = call.offer(_offer_id(call))
    include = set(call.query.getlist("include"))
    if not include or not include <= {"stock", "price"}:
        raise invalid(400, "include must name stock, price or both", "include")
    body: dict[str, Any] = {"id": offer.id}
    if "stock" in include:
        body["stock"] = {"available": offer.available}
    if "price" in include:
        body["sellingMode"] = {"price": {"amount": offer.price, "currency": offer.currency}}
        body["additionalMarketplaces"] = {
            place: {"sellingMode": {"price": {"amount": amount, "currency": currency}}}
            for place, (amount, currency) in offer.elsewhere.items()
        }
    return Answer(body=body)


@operation("GET", "/sale/product-offers/{offerId}/operations/{operationId}", "sale:offers:read")
def operation_status(call: Call) -> Answer:
    """202 while it runs, then 303 to the offer with an empty body."""
    found = call.world.operations.get(call.params["operationId"])
    offer = call.offer(_offer_id(call))
    if found is None or found["offer"] != offer.id:
        raise not_found("Operation")
    if found["done"]:
        return Answer(303, headers={"Location": f"{call.base_url}/sale/product-offers/{offer.id}"})
    return Answer(
        202,
        {
            "offer": {"id": offer.id},
            "operation": {
                "id": call.params["operationId"],
                "status": "IN_PROGRESS",
                "startedAt": iso(found["started"]),
            },
        },
    )


@operation("DELETE", "/sale/offers/{offerId}", "sale:offers:write")
def delete(call: Call) -> Answer:
    """Only a draft can be deleted."""
    offer = call.offer(_offer_id(call))
    if offer.status != "INACTIVE":
        raise ApiError(403, "OfferNotDraft", "Only a draft offer can be deleted")
    del call.world.offers[offer.id]
    del call.seller.offers[offer.id]
    lag = call.world.settings.listingLagSeconds
    call.seller.index.push(call.now + lag, offer.id, None)
    return Answer(204)


def _offer_id(call: Call) -> str:
    offer_id = call.params["offerId"]
    if not offer_id.isdigit():
        raise invalid(400, f"Invalid offer ID format: {offer_id}", "offerId")
    return offer_id


def _accepted(call: Call, offer: Offer, work: Any) -> Answer:
    operation_id = call.world.identities.uuid()
    state = {"offer": offer.id, "started": call.now, "done": False}
    call.world.operations[operation_id] = state

    def finish(moment: float) -> None:
        work(moment)
        state["done"] = True

    delay = call.world.settings.operationDelaySeconds
    call.world.later(delay, finish)
    location = f"{call.base_url}/sale/product-offers/{offer.id}/operations/{operation_id}"
    headers = {"Location": location, "Retry-After": str(max(1, round(delay)))}
    return Answer(202, offer_document(offer, call.seller, call.base_url), headers)
