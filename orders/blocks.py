"""The blocks of Allegro's answers about orders and returns: texts, amounts, what can be stored. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.errors import HubError

CENT = Decimal("0.01")
BEYOND = Decimal(10) ** 12


class FormUnreadable(HubError):
    """A checkout form lacks what makes it one; the next read of it may be whole."""

    code = "unreadable_order"
    retryable = True


def storable(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload without what PostgreSQL cannot store; itself when there is nothing of the kind."""
    return payload if _is_storable(payload) else _cleaned(payload)


def _is_storable(payload: dict[str, Any]) -> bool:
    text = json.dumps(payload)
    return "\\u0000" not in text and "\\ud" not in text


def _cleaned(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor halves of surrogate pairs; both are noise from a keyboard."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def canonical_sha256(payload: dict[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def fitting(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Cut texts to the width of their columns; the whole text stays in the revision."""
    for name, value in values.items():
        if isinstance(value, str):
            width = getattr(model._meta.get_field(name), "max_length", None)
            values[name] = value[:width] if width else value
    return values


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
