"""What Allegro shows of an offer at this moment, field by field, as canonical texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from offers import values
from offers.enums import Field, base_field
from offers.operations.refreshing import OfferReading

# These are in a reading of stock and price alone; all others need the offer in full.
IN_PARTS = frozenset({Field.PRICE})


def needs_full(field: str) -> bool:
    """Whether the field is read with the whole offer only."""
    return base_field(field) not in IN_PARTS


def text_of(reading: OfferReading, field: str) -> str | None:
    """The canonical text of a field as it was read; None: Allegro shows no value there."""
    document = _document(reading)
    kind = base_field(field)
    if kind == Field.PRICE:
        return values.money_text(_price(document, field.partition("@")[2]))
    if kind == Field.TITLE:
        return values.title_text(str(document.get("name") or ""))
    if kind == Field.DESCRIPTION:
        return values.description_text(values.html_of_sections(document.get("description")))
    if kind == Field.IMAGES:
        return values.images_text(images_in(document))
    return values.status_text(str((document.get("publication") or {}).get("status") or ""))


def whole_of(reading: OfferReading, field: str) -> str:
    """The whole value where the text is a hash: what a write replaces, so that it can come back."""
    document = _document(reading)
    kind = base_field(field)
    if kind == Field.DESCRIPTION:
        return json.dumps(document.get("description") or {}, ensure_ascii=False)
    if kind == Field.IMAGES:
        return values.images_value(images_in(document))
    return ""


def images_in(document: Mapping[str, Any]) -> list[str]:
    """The addresses of an offer's pictures, in order."""
    return [one for one in document.get("images") or [] if isinstance(one, str)]


def available_in(reading: OfferReading) -> int | None:
    """The stock shown, for what cannot be put on sale without any."""
    found = (_document(reading).get("stock") or {}).get("available")
    return found if isinstance(found, int) else None


def _document(reading: OfferReading) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", reading.full or reading.parts or {})


def _price(document: Mapping[str, Any], marketplace: str) -> Mapping[str, Any] | None:
    if marketplace:
        places = document.get("additionalMarketplaces") or {}
        document = places.get(marketplace) or {}
    return cast("Mapping[str, Any] | None", (document.get("sellingMode") or {}).get("price"))
