"""Refunds of payments. Accepted is not paid: a short balance cancels them later."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.claims import claim_by_itself, reconsider
from sandbox.errors import ApiError, invalid
from sandbox.money import price
from sandbox.state.sellers import Seller

operation = Operations()

REASONS = (
    "REFUND", "COMPLAINT", "PRODUCT_NOT_AVAILABLE", "PAID_VALUE_TOO_LOW", "OVERPAID",
    "CANCELLED_BY_BUYER", "NOT_COLLECTED",
)  # fmt: skip
STATUSES = (
    "NEW", "VALIDATED", "IN_PROGRESS", "SUCCESS", "PARTIAL", "CANCELED", "VALIDATE_FAILED",
)  # fmt: skip
_FINAL = ("SUCCESS", "PARTIAL", "CANCELED", "VALIDATE_FAILED")
_PARTS = ("delivery", "overpaid", "additionalServices")


@operation("POST", "/payments/refunds", "payments:write")
def start(call: Call) -> Answer:
    """Start a refund. The same commandId gives back the same refund, not another one."""
    payment_id, order_id, command_id = _identities(call)
    known = call.seller.refunds.get(command_id)
    if known is not None:
        return Answer(200, known)
    form = call.seller.forms.by_id.get(order_id)
    if form is None or payment_id not in _payments(form):
        raise ApiError(404, "PaymentNotFound", "Payment not found")
    reason = call.body.get("reason")
    if reason not in REASONS:
        raise invalid(422, f"reason must be one of {', '.join(REASONS)}", "reason")
    currency = form["summary"]["totalToPay"]["currency"]
    total = _total(call, form)
    if total <= 0:
        raise invalid(422, "The refund is empty")
    if total > _refundable(call.seller, form, currency):
        message = "The refund exceeds what was paid"
        raise ApiError(422, "REFUND_AMOUNT_TOO_HIGH", message)
    refund = _new(call, payment_id, order_id, reason, price(total, currency))
    call.seller.refunds[command_id] = refund
    delay = call.world.settings.refundDelaySeconds
    answer = Answer(200, dict(refund))
    call.world.later(delay / 2, lambda moment: _progress(refund))
    call.world.later(delay, lambda moment: _settle(call, refund, form))
    return answer


def _identities(call: Call) -> tuple[str, str, str]:
    """Payment, order and command id; the last two are required since 2025-12-15 (#12208)."""
    payment_id = (call.body.get("payment") or {}).get("id")
    order_id = (call.body.get("order") or {}).get("id")
    command_id = call.body.get("commandId")
    given = (("payment.id", payment_id), ("order.id", order_id), ("commandId", command_id))
    for name, value in given:
        try:
            uuid.UUID(str(value))
        except ValueError:
            raise invalid(422, f"{name} must be a UUID", name) from None
    return str(payment_id), str(order_id), str(command_id)


def _payments(form: dict[str, Any]) -> set[str]:
    own = [form["payment"]] if form["payment"] else []
    return {payment["id"] for payment in own + form["surcharges"]}


def _total(call: Call, form: dict[str, Any]) -> Decimal:
    lines = {line["id"]: line for line in form["lineItems"]}
    total = Decimal(0)
    for item in call.body.get("lineItems") or []:
        line = lines.get(item.get("id"))
        if line is None:
            raise invalid(422, f"Line item {item.get('id')} is not in the order", "lineItems")
        if item.get("type") == "QUANTITY":
            quantity = item.get("quantity") or 0
            if not 1 <= quantity <= line["quantity"]:
                raise invalid(422, "The quantity is not in the order", "lineItems.quantity")
            total += Decimal(line["price"]["amount"]) * quantity
        else:
            total += Decimal((item.get("value") or {}).get("amount", "0"))
    for name in _PARTS:
        total += Decimal(((call.body.get(name) or {}).get("value") or {}).get("amount", "0"))
    for item in call.body.get("surcharges") or []:
        total += Decimal((item.get("value") or {}).get("amount", "0"))
    return total


def _refundable(seller: Seller, form: dict[str, Any], currency: str) -> Decimal:
    paid = [form["payment"], *form["surcharges"]]
    amounts = (p["paidAmount"]["amount"] for p in paid if p and p["paidAmount"])
    received = sum((Decimal(amount) for amount in amounts), Decimal(0))
    for refund in seller.refunds.values():
        if refund["order"]["id"] == form["id"] and refund["status"] != "CANCELED":
            received -= Decimal(refund["totalValue"]["amount"])
    return received


def _new(
    call: Call, payment_id: str, order_id: str, reason: str, total: dict[str, str]
) -> dict[str, Any]:
    kept = ("lineItems", "deposits", "surcharges", *_PARTS, "sellerComment")
    return {
        "id": call.world.identities.uuid(),
        "payment": {"id": payment_id},
        "order": {"id": order_id},
        "reason": reason,
        "status": "NEW",
        "createdAt": call.timestamp,
        "totalValue": total,
        **{name: call.body.get(name) for name in kept},
    }


def _progress(refund: dict[str, Any]) -> None:
    if refund["status"] not in _FINAL:
        refund["status"] = "IN_PROGRESS"


def _settle(call: Call, refund: dict[str, Any], form: dict[str, Any]) -> None:
    """Pay out, or cancel without a reason when the balance is short (allegro-api #13740)."""
    if refund["status"] in _FINAL:
        return
    world, seller = call.world, call.seller
    amount = Decimal(refund["totalValue"]["amount"])
    refund["status"] = "CANCELED" if amount > seller.balance else "SUCCESS"
    if refund["status"] == "SUCCESS":
        seller.balance -= amount
        if world.settings.automaticClaims:
            claim_by_itself(world, seller, form, refund)
    reconsider(world, seller, form)


@operation("GET", "/payments/refunds", "payments:read")
def search(call: Call) -> Answer:
    limit = call.whole("limit", 50, 1, 100)
    offset = call.whole("offset", 0, 0, 10_000_000)
    low, high = call.moment("occurredAt.gte"), call.moment("occurredAt.lte")
    statuses = set(call.query.getlist("status"))
    found = [
        refund
        for refund in reversed(call.seller.refunds.values())
        if _wanted(call, refund)
        and (not statuses or refund["status"] in statuses)
        and (low is None or refund["createdAt"] >= low)
        and (high is None or refund["createdAt"] <= high)
    ]
    page = found[offset : offset + limit]
    return Answer(body={"refunds": page, "count": len(page), "totalCount": len(found)})


def _wanted(call: Call, refund: dict[str, Any]) -> bool:
    given = {
        "id": refund["id"],
        "payment.id": refund["payment"]["id"],
        "order.id": refund["order"]["id"],
    }
    return all(call.query.get(name) in (None, "", value) for name, value in given.items())
