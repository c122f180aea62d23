"""Claims for commission back, one per line."""

from __future__ import annotations

from typing import Any

from sandbox.billing_book import commission_of, give_back
from sandbox.call import Answer, Call, Operations
from sandbox.errors import ApiError, invalid, not_found
from sandbox.state.sellers import Seller
from sandbox.state.world import World

operation = Operations()

STATUSES = (
    "IN_PROGRESS", "WAITING_FOR_PAYMENT_REFUND", "GRANTED", "REJECTED", "REJECTED_AFTER_APPEAL",
    "CANCELLED", "APPEALED",
)  # fmt: skip


@operation("POST", "/order/refund-claims", "orders:write")
def start(call: Call) -> Answer:
    line_id = (call.body.get("lineItem") or {}).get("id")
    quantity = call.body.get("quantity")
    form, line = _find_line(call, line_id)
    if not isinstance(quantity, int) or not 1 <= quantity <= line["quantity"]:
        raise invalid(422, "quantity must lie within the line", "quantity")
    if form["status"] not in ("READY_FOR_PROCESSING", "CANCELLED"):
        raise invalid(422, "No commission was charged for this order")
    open_claims = [
        claim
        for claim in call.seller.claims.values()
        if claim["lineItem"]["id"] == line_id and claim["status"] != "CANCELLED"
    ]
    if open_claims:
        raise ApiError(422, "REFUND_CLAIM_EXISTS", "A claim for this line exists already")
    claim = add_claim(call.world, call.seller, form, line, quantity)
    settings = call.world.settings
    if settings.decideClaims:
        call.world.later(
            settings.claimDelaySeconds, lambda moment: _decide(call.world, call.seller, form, claim)
        )
    return Answer(201, {"id": claim["id"]})


def _decide(world: World, seller: Seller, form: dict[str, Any], claim: dict[str, Any]) -> None:
    """Grant what was cancelled or given back; a claim made before that is declined for good (#7549)."""
    if claim["status"] != "IN_PROGRESS":
        return
    line_id = claim["lineItem"]["id"]
    refunds = [r for r in seller.refunds.values() if r["order"]["id"] == form["id"]]
    paid_back = [r for r in refunds if r["status"] == "SUCCESS" and _covers(r, line_id)]
    if form["status"] == "CANCELLED" or paid_back:
        claim["status"] = "GRANTED"
        line = next(item for item in form["lineItems"] if item["id"] == line_id)
        give_back(world, seller, form, line)
    elif any(r["status"] in ("NEW", "IN_PROGRESS") for r in refunds):
        claim["status"] = "WAITING_FOR_PAYMENT_REFUND"
    else:
        claim["status"] = "REJECTED"


def reconsider(world: World, seller: Seller, form: dict[str, Any]) -> None:
    """A refund of the order came to its end: decide the claims that waited for it."""
    for claim in seller.claims.values():
        waits = claim["status"] == "WAITING_FOR_PAYMENT_REFUND"
        if waits and seller.forms.by_line.get(claim["lineItem"]["id"]) == form["id"]:
            claim["status"] = "IN_PROGRESS"
            _decide(world, seller, form, claim)


def _covers(refund: dict[str, Any], line_id: str) -> bool:
    return any(item.get("id") == line_id for item in refund["lineItems"] or [])


def claim_by_itself(
    world: World, seller: Seller, form: dict[str, Any], refund: dict[str, Any]
) -> None:
    """Allegro claims, and grants, the commission of what was given back, unless there is a claim."""
    claimed = {claim["lineItem"]["id"] for claim in seller.claims.values()}
    for line in form["lineItems"]:
        if _covers(refund, line["id"]) and line["id"] not in claimed:
            claim = add_claim(world, seller, form, line, line["quantity"], automatic=True)
            claim["status"] = "GRANTED"
            give_back(world, seller, form, line)


def add_claim(
    world: World,
    seller: Seller,
    form: dict[str, Any],
    line: dict[str, Any],
    quantity: int,
    *,
    automatic: bool = False,
) -> dict[str, Any]:
    """Write a claim of the seller's, or one Allegro made by itself."""
    claim = _new(world, form, line, quantity, "AUTOMATIC" if automatic else "MANUAL")
    seller.claims[claim["id"]] = claim
    return claim


def _find_line(call: Call, line_id: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    form = call.seller.forms.by_id.get(call.seller.forms.by_line.get(str(line_id), ""))
    for line in form["lineItems"] if form else []:
        if form is not None and line["id"] == line_id:
            return form, line
    raise invalid(422, f"Line item {line_id} does not exist", "lineItem.id")


def _new(
    world: World, form: dict[str, Any], line: dict[str, Any], quantity: int, kind: str
) -> dict[str, Any]:
    commission = commission_of(world, line) * quantity / line["quantity"]
    return {
        "id": world.identities.uuid(),
        "status": "IN_PROGRESS",
        "quantity": quantity,
        "commission": {
            "amount": float(round(commission, 2)),
            "currency": line["price"]["currency"],
        },
        "buyer": {"id": form["buyer"]["id"]},
        "createdAt": world.timestamp(),
        "lineItem": {
            "id": line["id"],
            "quantity": line["quantity"],
            "boughtAt": line["boughtAt"],
            "offer": {"id": line["offer"]["id"]},
        },
        "type": kind,
    }


@operation("GET", "/order/refund-claims", "orders:read")
def search(call: Call) -> Answer:
    limit = call.whole("limit", 25, 1, 100)
    offset = call.whole("offset", 0, 0, 10_000_000)
    status = call.choice("status", STATUSES)
    offer_id, buyer_id = call.query.get("lineItem.offer.id"), call.query.get("buyer.id")
    found = [
        claim
        for claim in reversed(call.seller.claims.values())
        if status in (None, claim["status"])
        and offer_id in (None, "", claim["lineItem"]["offer"]["id"])
        and buyer_id in (None, "", claim["buyer"]["id"])
    ]
    page = found[offset : offset + limit]
    return Answer(body={"refundClaims": page, "count": len(found)})


@operation("GET", "/order/refund-claims/{claimId}", "orders:read")
def one(call: Call) -> Answer:
    return Answer(body=_own(call))


@operation("DELETE", "/order/refund-claims/{claimId}", "orders:write")
def withdraw(call: Call) -> Answer:
    claim = _own(call)
    if claim["status"] not in ("IN_PROGRESS", "WAITING_FOR_PAYMENT_REFUND"):
        raise ApiError(422, "REFUND_CLAIM_PROCESSED", "The claim has already been processed")
    claim["status"] = "CANCELLED"
    return Answer(204)


def _own(call: Call) -> dict[str, Any]:
    claim = call.seller.claims.get(call.params["claimId"])
    if claim is None:
        raise not_found("Refund claim")
    return claim
