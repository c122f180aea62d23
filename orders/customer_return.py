"""Reading a customer return as Allegro sends it (beta). Pure; nulls and unknown values are no errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.timestamps import read_moment
from orders.blocks import (
    FormUnreadable,
    amount_of,
    block_in,
    canonical_sha256,
    currency_of,
    fitting,
    list_of,
    storable,
    text_of,
    told_in,
)
from orders.models import CustomerReturn, ReturnLine
from orders.return_stages import is_behind

PARCEL = ("createdAt", "waybill", "carrierId", "transportingWaybill", "transportingCarrierId")


class ReturnUnreadable(FormUnreadable):
    """A return lacks its number; the next read of it may be whole."""

    code = "unreadable_return"


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One item; ``key`` is the offer and which of its items it is, ``values`` are of ``ReturnLine``."""

    key: str
    quantity: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """A return. ``values`` are columns of ``CustomerReturn``; ``payload`` is what is kept of the original."""

    return_id: str
    values: dict[str, Any]
    items: tuple[ReadItem, ...]
    payload: dict[str, Any]
    sha256: str

    @property
    def status(self) -> str:
        return str(self.values["status"])


def read_return(told: Mapping[str, Any]) -> ReadReturn:
    """Take a return apart. Raises :class:`ReturnUnreadable` without a number.

    The telephone numbers of parcel senders are dropped: nothing here needs them.
    """
    payload = storable(_kept(told))
    return_id = text_of(payload.get("id"))
    if not return_id:
        raise ReturnUnreadable(
            _("Allegro's answer has no number of the return."),
            remedy=_("It is read again by itself; nothing was changed."),
        )
    values = fitting(CustomerReturn, _values(payload))
    return ReadReturn(return_id[:64], values, _items(payload), payload, canonical_sha256(payload))


def is_stale(known: CustomerReturn, told: ReadReturn, read_at: datetime) -> bool:
    """Whether something newer is recorded. Returns carry no moment of change, so the later read
    counts; and no return goes back to a step of the parcel it has passed."""
    return read_at < known.read_at or is_behind(told.status, known.status)


def search_text(told: ReadReturn, codes: list[str]) -> str:
    """What a return is found by, in upper case: its numbers, waybills, order, offers and codes."""
    values = told.values
    words = [told.return_id, values["reference_number"], values["checkout_form_id"]]
    words += [values["buyer_login"], *codes]
    for parcel in values["parcels"]:
        words += [parcel.get("waybill", ""), parcel.get("transportingWaybill", "")]
    for item in told.items:
        words += [item.values["offer_allegro_id"], item.values["name"]]
    return " ".join(str(word) for word in words if word).upper()[:6000]


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    payload = dict(told)
    payload["parcels"] = [
        {name: value for name, value in parcel.items() if name != "sender"}
        for parcel in list_of(payload.get("parcels"))
        if isinstance(parcel, dict)
    ]
    return payload


def _values(payload: dict[str, Any]) -> dict[str, Any]:
    rejection = block_in(payload, "rejection")
    return {
        "reference_number": text_of(payload.get("referenceNumber")),
        "status": text_of(payload.get("status")),
        "checkout_form_id": text_of(payload.get("orderId")),
        "marketplace": text_of(payload.get("marketplaceId")),
        "is_fulfilment": payload.get("isFulfillment") is True,
        "buyer_login": text_of(block_in(payload, "buyer").get("login")),
        "parcels": [_parcel(parcel) for parcel in payload["parcels"]],
        "refund_account": told_in(block_in(block_in(payload, "refund"), "bankAccount")),
        "rejection_code": text_of(rejection.get("code")),
        "rejection_reason": text_of(rejection.get("reason")),
        "rejected_at": read_moment(rejection.get("createdAt")),
        "opened_at": read_moment(payload.get("createdAt")),
    }


def _parcel(parcel: dict[str, Any]) -> dict[str, str]:
    return {name: text_of(parcel[name]) for name in PARCEL if parcel.get(name)}


def _items(payload: dict[str, Any]) -> tuple[ReadItem, ...]:
    seen: Counter[str] = Counter()
    items = []
    for position, item in enumerate(list_of(payload.get("items"))):
        quantity = item.get("quantity") if isinstance(item, dict) else None
        if not isinstance(quantity, int) or quantity < 1:
            continue
        offer_id = text_of(item.get("offerId"))[:40]
        seen[offer_id] += 1
        key = f"{offer_id}#{seen[offer_id]}"
        items.append(ReadItem(key, quantity, _item_values(item, offer_id, position)))
    return tuple(items)


def _item_values(item: dict[str, Any], offer_id: str, position: int) -> dict[str, Any]:
    reason = block_in(item, "reason")
    values = {
        "position": position,
        "offer_allegro_id": offer_id,
        "name": text_of(item.get("name")),
        "price": amount_of(item.get("price")),
        "currency": currency_of(item.get("price")),
        "reason": text_of(reason.get("type")),
        "comment": text_of(reason.get("userComment")),
    }
    return fitting(ReturnLine, values)
