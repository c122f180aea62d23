"""Checkout forms as Allegro sends them, made to measure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(amount: str | Decimal, currency: str = "PLN") -> dict[str, str]:
    return {"amount": str(amount), "currency": currency}


def line(
    offer_id: str = "7700000001",
    *,
    quantity: int = 1,
    price: str = "49.99",
    sku: str | None = "SKU-1",
    name: str = "Kubek emaliowany",
    line_id: str = "",
    bought_at: datetime = START,
) -> dict[str, Any]:
    return {
        "id": line_id or str(uuid.uuid4()),
        "offer": {
            "id": offer_id,
            "name": name,
            "external": {"id": sku} if sku else None,
            "productSet": None,
        },
        "quantity": quantity,
        "originalPrice": money(price),
        "price": money(price),
        "deposit": None,
        "reconciliation": None,
        "selectedAdditionalServices": [],
        "vouchers": [],
        "tax": {"rate": "23.00", "subject": "GOODS", "exemption": None},
        "boughtAt": iso(bought_at),
        "discounts": None,
    }


def form(
    lines: list[dict[str, Any]] | None = None,
    *,
    form_id: str = "",
    status: str = "READY_FOR_PROCESSING",
    fulfilment: str = "NEW",
    provider: str = "SELLER",
    updated_at: datetime = START,
    **changes: Any,
) -> dict[str, Any]:
    """A paid order of one line; ``changes`` replace whole blocks."""
    items = lines if lines is not None else [line()]
    delivery_cost = Decimal("12.99")
    total = delivery_cost + sum(
        (Decimal(item["price"]["amount"]) * item["quantity"] for item in items), Decimal(0)
    )
    ready = status == "READY_FOR_PROCESSING"
    whole: dict[str, Any] = {
        "id": form_id or str(uuid.uuid4()),
        "messageToSeller": None,
        "buyer": {
            "id": "23123123",
            "email": "abc123+17454c1b6@allegromail.pl",
            "login": "anna_k",
            "firstName": "Anna",
            "lastName": "Kowalska",
            "companyName": None,
            "guest": False,
            "personalIdentity": "67062589524",
            "phoneNumber": "+48 600 700 800",
            "preferences": {"language": "pl-PL"},
            "address": {
                "street": "Solna 1/2", "city": "Poznań", "postCode": "60-166", "countryCode": "PL",
            },
        },
        "payment": {
            "id": "0f8f1d13-7e9e-11e8-9b00-c5b0dfb78ea6",
            "type": "ONLINE",
            "provider": "AF",
            "finishedAt": iso(updated_at) if ready else None,
            "paidAmount": money(total) if ready else None,
            "reconciliation": None,
            "features": [],
        },
        "status": status,
        "fulfillment": {
            "status": fulfilment,
            "shipmentSummary": {"lineItemsSent": "NONE"},
            "provider": {"id": provider},
        },
        "delivery": {
            "address": {
                "firstName": "Anna", "lastName": "Kowalska", "street": "Grunwaldzka 182",
                "city": "Poznań", "zipCode": "60-166", "countryCode": "PL", "companyName": None,
                "phoneNumber": "+48 600 700 800", "modifiedAt": None,
            }
            if ready
            else None,
            "method": {"id": "m-inpost", "name": "Allegro Paczkomaty InPost"},
            "pickupPoint": {"id": "POZ08A", "name": "Paczkomat POZ08A"} if ready else None,
            "cost": money(delivery_cost),
            "time": {
                "dispatch": {
                    "from": iso(updated_at), "to": iso(updated_at + timedelta(days=1)),
                }
            },
            "smart": False,
            "cancellation": None,
            "calculatedNumberOfPackages": 1,
        },
        "invoice": {"required": False, "address": None, "dueDate": None, "features": None},
        "lineItems": items,
        "surcharges": [],
        "codBookedPayments": [],
        "note": None,
        "marketplace": {"id": "allegro-pl"},
        "summary": {"totalToPay": money(total)},
        "updatedAt": iso(updated_at),
        "revision": uuid.uuid4().hex[:8],
    }  # fmt: skip
    return whole | changes


def later(before: Mapping[str, Any], *, minutes: int = 1, **changes: Any) -> dict[str, Any]:
    """The same order as Allegro tells it some minutes later."""
    moment = datetime.fromisoformat(before["updatedAt"]) + timedelta(minutes=minutes)
    return dict(before) | {"updatedAt": iso(moment), "revision": uuid.uuid4().hex[:8]} | changes


def fulfilled(before: Mapping[str, Any], status: str) -> dict[str, Any]:
    """The same order with another fulfilment; ``updatedAt`` and revision stay, as at Allegro."""
    return dict(before) | {"fulfillment": dict(before["fulfillment"]) | {"status": status}}
