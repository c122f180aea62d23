"""Reading an offer in full into the rows we keep beside its values. No database in here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from connectors.allegro.money import UnreadableAmount, amount_of
from offers.enums import MarketplaceState, ProblemSource

MAX_CODE, MAX_MESSAGE, MAX_PATH = 100, 1000, 200


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """Something Allegro objects to; ``path`` is where in the document, as Allegro names it."""

    source: ProblemSource
    code: str
    message: str
    path: str = ""
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class FoundMarketplace:
    """The offer on another marketplace; without a price it is not offered there."""

    marketplace: str
    price: Decimal | None
    currency: str
    state: str
    refusal_codes: tuple[str, ...] = ()


def document_hash(document: Mapping[str, Any]) -> str:
    """A fingerprint of a document, without the moments that move with every reading."""
    validation = _mapping(document.get("validation"))
    kept = {**document, "validation": {**validation, "validatedAt": None}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def without_nul(value: Any) -> Any:
    """The same document without NUL characters, which PostgreSQL does not store."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {without_nul(key): without_nul(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    return value


def validated_at(document: Mapping[str, Any]) -> datetime | None:
    """When Allegro checked the offer last."""
    told = _mapping(document.get("validation")).get("validatedAt")
    try:
        found = parse_datetime(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found if found is not None and is_aware(found) else None


def picture_urls(document: Mapping[str, Any]) -> list[str]:
    """The addresses of the offer's pictures in order; Allegro has sent objects with ``url`` too."""
    told = document.get("images")
    urls = [
        one.get("url") if isinstance(one, Mapping) else one
        for one in (told if isinstance(told, list) else [])
    ]
    return [one for one in urls if isinstance(one, str) and one]


def marketplaces_of(document: Mapping[str, Any]) -> list[FoundMarketplace]:
    """The additional marketplaces a document or ``/parts`` names. An unreadable price is none."""
    found = []
    for name, told in sorted(_mapping(document.get("additionalMarketplaces")).items()):
        if not name or len(name) > 40:
            continue
        price, currency = _price(_mapping(told).get("sellingMode"))
        publication = _mapping(_mapping(told).get("publication"))
        state = str(publication.get("state") or MarketplaceState.NOT_REQUESTED)[:20]
        codes = tuple(dict.fromkeys(_code(one) for one in _rows(publication.get("refusalReasons"))))
        found.append(FoundMarketplace(name, price, currency, state, codes))
    return found


def problems_of(document: Mapping[str, Any]) -> list[FoundProblem]:
    """Everything Allegro objects to: its check of the offer, and refusals by other marketplaces."""
    validation = _mapping(document.get("validation"))
    found = [_problem(one, is_error=True) for one in _rows(validation.get("errors"))]
    found += [_problem(one, is_error=False) for one in _rows(validation.get("warnings"))]
    for name, told in sorted(_mapping(document.get("additionalMarketplaces")).items()):
        reasons = _rows(_mapping(_mapping(told).get("publication")).get("refusalReasons"))
        found += [_refusal(name, one) for one in reasons]
    return found


def problems_of_errors(errors: Iterable[Mapping[str, Any]]) -> list[FoundProblem]:
    """Allegro's errors about a write, as problems of the offer that was to be written."""
    return [_problem(one, is_error=True, source=ProblemSource.WRITE) for one in errors]


def _problem(
    told: Mapping[str, Any],
    *,
    is_error: bool,
    source: ProblemSource = ProblemSource.VALIDATION,
) -> FoundProblem:
    message = _text(told.get("userMessage")) or _text(told.get("message"))
    return FoundProblem(
        source=source,
        code=_code(told),
        message=message[:MAX_MESSAGE],
        path=_text(told.get("path"))[:MAX_PATH],
        is_error=is_error,
    )


def _refusal(marketplace: str, told: Mapping[str, Any]) -> FoundProblem:
    """A refusal's parameters hold the numbers its words lack (how much the price may differ)."""
    limits = "; ".join(
        f"{name}: {', '.join(map(str, values)) if isinstance(values, list) else values}"
        for name, values in sorted(_mapping(told.get("parameters")).items())
    )
    words = _text(told.get("userMessage"))
    return FoundProblem(
        source=ProblemSource.REFUSAL,
        code=_code(told),
        message=(f"{words} ({limits})" if limits else words)[:MAX_MESSAGE],
        path=f"additionalMarketplaces.{marketplace}"[:MAX_PATH],
        is_error=False,
    )


def _price(selling_mode: object) -> tuple[Decimal | None, str]:
    stated = _mapping(selling_mode).get("price")
    try:
        amount, currency = amount_of(stated)
        exact = amount.quantize(Decimal("0.01"))
    except (UnreadableAmount, ArithmeticError):
        return None, ""
    readable = exact == amount and abs(exact) < Decimal(10) ** 12
    return (exact, currency) if readable else (None, "")


def _code(told: Mapping[str, Any]) -> str:
    return (_text(told.get("code")) or "UNKNOWN")[:MAX_CODE]


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""
