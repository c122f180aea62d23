"""Customer returns. Their items name offers, not lines (beta resource)."""

from __future__ import annotations

from typing import Any

from sandbox.call import BETA, Answer, Call, Limit, Operations
from sandbox.errors import ApiError, invalid, not_found
from sandbox.state.clock import iso
from sandbox.state.sellers import Seller
from sandbox.state.world import World

operation = Operations()

STATUSES = (
    "CREATED", "DISPATCHED", "IN_TRANSIT", "DELIVERED", "FINISHED", "FINISHED_APT", "REJECTED",
    "COMMISSION_REFUND_CLAIMED", "COMMISSION_REFUNDED", "WAREHOUSE_DELIVERED",
    "WAREHOUSE_VERIFICATION",
)  # fmt: skip
_CODES = (
    "REFUND_REJECTED", "NEW_ITEM_SENT", "ITEM_FIXED", "MISSING_PART_SENT", "ITEM_MISMATCH",
    "BUSINESS_PURCHASE", "NO_RETURN_RIGHT",
)  # fmt: skip
_LIMITS = (Limit("returnsPerSeller"), Limit("returnsPerClient", per="client"))


class ReturnError(ValueError):
    """What the buyer wants to send back is not in the order."""


def open_return(
    world: World, seller: Seller, form: dict[str, Any], quantities: dict[str, int], reason: str
) -> dict[str, Any]:
    """A buyer sends lines back: (line id -> quantity), everything when empty."""
    lines = {line["id"]: line for line in form["lineItems"]}
    wanted = quantities or {key: line["quantity"] for key, line in lines.items()}
    for key, quantity in wanted.items():
        if key not in lines or not 1 <= quantity <= lines[key]["quantity"]:
            raise ReturnError(f"the order has no {quantity} of line {key}")
    number = world.identities.random.randrange(10_000, 99_999)
    made = {
        "id": world.identities.uuid(),
        "isFulfillment": False,
        "createdAt": iso(world.now),
        "referenceNumber": f"{world.identities.hex(4).upper()}/{number}",
        "orderId": form["id"],
        "buyer": {"email": None, "login": form["buyer"]["login"]},
        "items": [_item(lines[key], quantity, reason) for key, quantity in wanted.items()],
        "refund": None,
        "parcels": [],
        "rejection": None,
        "marketplaceId": form["marketplace"]["id"],
        "status": "CREATED",
    }
    seller.returns[made["id"]] = made
    return made


def _item(line: dict[str, Any], quantity: int, reason: str) -> dict[str, Any]:
    return {
        "offerId": line["offer"]["id"],
        "quantity": quantity,
        "name": line["offer"]["name"],
        "price": line["price"],
        "url": f"https://allegro.pl/oferta/{line['offer']['id']}",
        "reason": {"type": reason, "userComment": None},
        "serialNumbers": [],
    }


_READERS: dict[str, Any] = {
    "customerReturnId": lambda item: (item["id"],),
    "orderId": lambda item: (item["orderId"],),
    "buyer.email": lambda item: (item["buyer"]["email"],),
    "buyer.login": lambda item: (item["buyer"]["login"],),
    "items.offerId": lambda item: tuple(line["offerId"] for line in item["items"]),
    "items.name": lambda item: tuple(line["name"] for line in item["items"]),
    "parcels.waybill": lambda item: tuple(parcel["waybill"] for parcel in item["parcels"]),
    "parcels.carrierId": lambda item: tuple(parcel["carrierId"] for parcel in item["parcels"]),
    "referenceNumber": lambda item: (item["referenceNumber"],),
    "marketplaceId": lambda item: (item["marketplaceId"],),
    "status": lambda item: (item["status"],),
}


@operation("GET", "/order/customer-returns", "orders:read", media=BETA, limits=_LIMITS,
           invalid_status=400)  # fmt: skip
def search(call: Call) -> Answer:
    limit = call.whole("limit", 100, 1, 1000)
    offset = call.whole("offset", 0, 0, 10_000_000)
    low, high = call.moment("createdAt.gte"), call.moment("createdAt.lte")
    wanted = {name: call.query[name] for name in _READERS if call.query.get(name)}
    found = [
        item
        for item in _after(call)
        if (low is None or item["createdAt"] >= low)
        and (high is None or item["createdAt"] <= high)
        and all(value in _READERS[name](item) for name, value in wanted.items())
    ]
    page = found[offset : offset + limit]
    return Answer(body={"count": len(found), "customerReturns": page})


def _after(call: Call) -> list[dict[str, Any]]:
    """Returns created after the one named by ``from``, oldest first."""
    everything = list(call.seller.returns.values())
    last = call.query.get("from")
    if not last:
        return everything
    ids = list(call.seller.returns)
    if last not in ids:
        raise invalid(400, f"from is no customer return: {last}", "from")
    return everything[ids.index(last) + 1 :]


@operation("GET", "/order/customer-returns/{customerReturnId}", "orders:read", media=BETA,
           limits=_LIMITS)  # fmt: skip
def one(call: Call) -> Answer:
    return Answer(body=_own(call))


def _own(call: Call) -> dict[str, Any]:
    found = call.seller.returns.get(call.params["customerReturnId"])
    if found is None:
        raise not_found("Customer return")
    return found


@operation("POST", "/order/customer-returns/{customerReturnId}/rejection", "orders:write",
           media=BETA)  # fmt: skip
def reject(call: Call) -> Answer:
    found = _own(call)
    rejection = call.body.get("rejection") or {}
    code, reason = rejection.get("code"), rejection.get("reason")
    if code not in _CODES:
        raise invalid(422, f"code must be one of {', '.join(_CODES)}", "rejection.code")
    if code == "REFUND_REJECTED" and not reason:
        raise invalid(422, "reason is required with REFUND_REJECTED", "rejection.reason")
    if found["status"] == "REJECTED":
        raise ApiError(422, "AlreadyRejected", "The customer return is rejected already")
    found["status"] = "REJECTED"
    found["rejection"] = {"code": code, "reason": reason, "createdAt": call.timestamp}
    return Answer(body=found)
