"""Customer returns as Allegro sends them, made to measure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.orders.checkout_forms import START, iso, money

OPENED = START + timedelta(hours=2)


def item(offer_id: str = "1", quantity: int = 1, **changes: Any) -> dict[str, Any]:
    whole = {
        "offerId": offer_id,
        "quantity": quantity,
        "name": "Kubek emaliowany",
        "price": money("49.99"),
        "url": f"https://allegro.pl/oferta/{offer_id}",
        "reason": {"type": "DONT_LIKE_IT", "userComment": "Za mały"},
        "serialNumbers": [],
    }
    return whole | changes


def customer_return(
    form: Mapping[str, Any] | str,
    items: Sequence[Mapping[str, Any]] | None = None,
    *,
    status: str = "CREATED",
    opened_at: datetime = OPENED,
    **changes: Any,
) -> dict[str, Any]:
    """A return of the order ``form``, or of the order with that number."""
    whole = {
        "id": str(uuid.uuid4()),
        "isFulfillment": False,
        "createdAt": iso(opened_at),
        "referenceNumber": "1234/Z04A",
        "orderId": form if isinstance(form, str) else form["id"],
        "buyer": {"email": None, "login": "anna_k"},
        "items": [dict(one) for one in items] if items is not None else [item()],
        "refund": None,
        "parcels": [],
        "rejection": None,
        "marketplaceId": "allegro-pl",
        "status": status,
    }
    return whole | changes


def parcel(waybill: str = "AD00R28X72") -> dict[str, Any]:
    return {
        "createdAt": iso(OPENED),
        "waybill": waybill,
        "transportingWaybill": None,
        "carrierId": "ALLEGRO",
        "transportingCarrierId": None,
        "sender": {"phoneNumber": "333444555"},
    }
