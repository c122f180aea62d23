"""The blocks of Allegro's answers about orders and returns: texts, amounts, what can be stored. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.errors import HubError

CENT = Decimal("0.01")
BEYOND = Decimal(10) ** 12
# How a zero character stands in JSON. A backslash before it makes it mere text; cleaning leaves that alone.
NUL = b"\\u0000"
_canonical = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode


class FormUnreadable(HubError):
    """A checkout form lacks what makes it one; the next read of it may be whole."""

    code = "unreadable_order"
    retryable = True


def storable(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload without what PostgreSQL cannot store; itself when there is nothing of the kind."""
    return storable_json(payload)[0]


def storable_json(payload: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """:func:`storable` and its canonical JSON, written once for the hash and for keeping.

    Raises :class:`FormUnreadable` for numbers that are none.
    """
    try:
        body = _canonical(payload).encode()
    except UnicodeEncodeError:
        body = NUL
    except ValueError as error:
        raise FormUnreadable(_("An amount of the order is not a number.")) from error
    if NUL not in body:
        return payload, body
    payload = _cleaned(payload)
    return payload, _canonical(payload).encode()


def _cleaned(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor halves of surrogate pairs; both are noise from a keyboard."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def canonical_sha256(payload: dict[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    return hashlib.sha256(_canonical(payload).encode()).hexdigest()


def fitting(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Cut texts to the width of their columns; the whole text stays in the revision."""
    for name, width in _widths(model).items():
        value = values.get(name)
        if value is not None and len(value) > width:
            values[name] = value[:width]
    return values


@cache
def _widths(model: type[models.Model]) -> dict[str, int]:
    fields = model._meta.local_concrete_fields
    return {one.name: one.max_length for one in fields if one.max_length and one.choices is None}


def block_in(parent: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The block of that name, empty when there is none."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The list, empty when it is none."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """The value as text; empty for nothing and for blocks."""
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def told_in(block: dict[str, Any], *, without: str = "") -> dict[str, Any]:
    """What the block tells, without its nulls and empty texts."""
    return {
        name: value for name, value in block.items() if value not in (None, "") and name != without
    }


def amount_of(money: Any) -> Decimal | None:
    """``{amount, currency}`` as a Decimal; Allegro has sent numbers in place of text (#13539)."""
    if not isinstance(money, dict) or money.get("amount") in (None, ""):
        return None
    try:
        amount = Decimal(str(money["amount"]))
    except InvalidOperation as error:
        raise FormUnreadable(_("An amount of the order is not a number.")) from error
    if not amount.is_finite() or abs(amount) >= BEYOND:
        raise FormUnreadable(_("An amount of the order is not a number."))
    return amount.quantize(CENT, ROUND_HALF_UP)


def currency_of(money: Any) -> str:
    """The currency of ``{amount, currency}``, or an empty text."""
    return text_of(money.get("currency"))[:3].upper() if isinstance(money, dict) else ""
