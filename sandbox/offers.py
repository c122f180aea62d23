"""Offers themselves: created, read and changed through product-offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import offer_changes
from sandbox.call import Answer, Call, Limit, Operations
from sandbox.errors import ApiError, invalid, not_found
from sandbox.offer_document import offer_document
from sandbox.state.clock import iso
from sandbox.state.offers import Offer
from sandbox.stock import OfferError

operation = Operations()

_WRITES = (Limit("offerWrites"),)


@operation("POST", "/sale/product-offers", "sale:offers:write", limits=_WRITES)
def create(call: Call) -> Answer:
    """A new offer each time: sent twice, there are two.

    Done at once, an offer that may not be sold is refused and not made (allegro-api #10449); done
    later, it is made first, and stays a draft if its operation fails.
    """
    world, seller = call.world, call.seller
    offer = offer_changes.new_offer(world, seller, call.body)
    wanted = offer_changes.wants_sale(call.body)
    if world.settings.operationDelaySeconds <= 0:
        if wanted:
            offer_changes.check_ready(world, seller, offer)
        offer_changes.enter(world, seller, offer)
        if wanted:
            offer_changes.publish(world, offer)
        return Answer(201, _document(call, offer))
    offer.status = "ACTIVATING" if wanted else "INACTIVE"
    offer_changes.enter(world, seller, offer)

    def finish(moment: float) -> None:
        if offer.status == "ACTIVATING":
            offer.status = "INACTIVE"
            world.show(offer, moment)
            offer_changes.check_ready(world, seller, offer)
            offer_changes.publish(world, offer)

    return _accepted(call, offer, finish)


@operation("GET", "/sale/product-offers/{offerId}", "sale:offers:read", limits=(Limit("offerReads"),),
           errors_on_401=True)  # fmt: skip
def read(call: Call) -> Answer:
    offer = call.offer(_offer_id(call))
    return Answer(body=_document(call, offer))


@operation("PATCH", "/sale/product-offers/{offerId}", "sale:offers:write", limits=_WRITES)
def change(call: Call) -> Answer:
    """Only price and stock are done at once; anything else is an asynchronous operation."""
    offer = call.offer(_offer_id(call))
    offer_changes.checked(call.world, call.seller, offer, call.body)

    def work(moment: float) -> None:
        # Anew, since the offer may have changed while the operation waited.
        offer_changes.checked_requirements(call.world, call.seller, offer, call.body)
        offer_changes.checked(call.world, call.seller, offer, call.body)(moment)

    quick = set(call.body) <= offer_changes.QUICK
    if quick or call.world.settings.operationDelaySeconds <= 0:
        work(call.now)
        return Answer(200, _document(call, offer))
    return _accepted(call, offer, work)


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
    """202 while it runs, then 303 to the offer with an empty body, or 422 with what is wrong.

    Operations are forgotten after about a week (allegro-api #8997).
    """
    found = call.world.operations.get(call.params["operationId"])
    offer = call.offer(_offer_id(call))
    if found is None or found["offer"] != offer.id or found["forgotten"] <= call.now:
        raise not_found("Operation")
    if found["failed"] is not None:
        raise found["failed"]
    if found["done"]:
        return Answer(303, headers={"Location": f"{call.base_url}/sale/product-offers/{offer.id}"})
    status = "PENDING" if call.now < found["begun"] else "IN_PROGRESS"
    return Answer(
        202,
        {
            "offer": {"id": offer.id},
            "operation": {
                "id": call.params["operationId"],
                "status": status,
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


def _document(call: Call, offer: Offer) -> dict[str, Any]:
    language = call.headers.get("accept-language", "en-US")
    return offer_document(call.world, offer, call.seller, call.base_url, language)


def _accepted(call: Call, offer: Offer, work: Callable[[float], None]) -> Answer:
    """202: the work is done after the delay, for the first half of which it has not begun."""
    operation_id = call.world.identities.uuid()
    delay = call.world.settings.operationDelaySeconds
    state: dict[str, Any] = {
        "offer": offer.id,
        "started": call.now,
        "begun": call.now + delay / 2,
        "forgotten": call.now + delay + call.world.settings.operationKeepSeconds,
        "done": False,
        "failed": None,
    }
    call.world.operations[operation_id] = state

    def finish(moment: float) -> None:
        try:
            work(moment)
        except ApiError as error:
            state["failed"] = error
        except OfferError as error:
            state["failed"] = ApiError(422, error.code, str(error))
        state["done"] = True

    call.world.later(delay, finish)
    location = f"{call.base_url}/sale/product-offers/{offer.id}/operations/{operation_id}"
    headers = {"Location": location, "Retry-After": str(max(1, round(delay)))}
    return Answer(202, _document(call, offer), headers)
