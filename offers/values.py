"""The canonical text of each synced field: two values mean the same exactly when their texts are equal.

Pure; the only place these texts are made and read. Price ``129.90 PLN``, stock ``12``, status in
Allegro's words, the title with single spaces; of descriptions and pictures the text is a hash, and the
whole value (HTML, addresses) is kept where it came from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from core.money import Money, MoneyError
from offers.enums import PublicationStatus
from offers.markup import blocks, texts_of

TITLE_SHORTEST, TITLE_LONGEST, TITLE_WORDS = 12, 75, 3

# Allegro serves one picture in several sizes: /original/0b1c/…, /s512/0b1c/….
_SIZE = re.compile(r"^/(?:original|s\d+)/")


class UnreadableValue(ValueError):
    """A text that is no canonical value of its field."""


def price_text(amount: Decimal, currency: str) -> str:
    """``129.90 PLN``: two decimals whatever the currency, so that 299 and 299.00 are the same."""
    return f"{amount:.2f} {currency}"


def price_of(text: str) -> Money:
    """The money a price's text names. Raises :class:`UnreadableValue`."""
    amount, _space, currency = text.partition(" ")
    try:
        return Money.parse(amount, currency)
    except MoneyError as error:
        raise UnreadableValue(text) from error


def money_text(money: Mapping[str, Any] | None) -> str | None:
    """The price's text of Allegro's ``{"amount": "12.90", "currency": "PLN"}``; None: no price there."""
    amount, currency = (money or {}).get("amount"), (money or {}).get("currency")
    if amount is None or not currency:
        return None
    try:
        found = Money.parse(str(amount), str(currency))
    except MoneyError:
        return None
    return price_text(found.amount, found.currency)


def stock_text(available: int) -> str:
    """The quantity in digits."""
    return str(available)


def stock_of(text: str) -> int:
    """The quantity a stock's text names. Raises :class:`UnreadableValue`."""
    if not (text.isascii() and text.isdecimal()):
        raise UnreadableValue(text)
    return int(text)


def title_text(title: str) -> str:
    """The title without white space that nobody sees."""
    return " ".join(title.split())


def title_fits(title: str) -> bool:
    """Whether Allegro takes it as a title: 12 to 75 characters, three words."""
    text = title_text(title)
    long_enough = TITLE_SHORTEST <= len(text) <= TITLE_LONGEST
    return long_enough and len(text.split()) >= TITLE_WORDS


def status_text(status: str) -> str | None:
    """``ACTIVE``, ``ENDED`` or ``INACTIVE``; None for a status that is none of them in the end."""
    if status == PublicationStatus.ACTIVATING:
        return PublicationStatus.ACTIVE.value
    return status if status in PublicationStatus.values else None


def description_html(html: str) -> str:
    """A description as Allegro takes it: headings, paragraphs, lists, bold, nothing else."""
    return "".join(blocks(html))


def html_of_sections(description: Mapping[str, Any] | None) -> str:
    """The text of Allegro's description as HTML of ours. Its pictures are not text, and left out."""
    return "".join(part for text in texts_of(description) for part in blocks(text))


def description_text(html: str) -> str:
    """The hash of a description, ours or the one :func:`html_of_sections` gives; empty for none."""
    clean = description_html(html)
    return _digest(clean) if clean else ""


def images_value(urls: Iterable[str]) -> str:
    """Addresses of pictures in order, as one text to keep."""
    return json.dumps([one.strip() for one in urls if one.strip()], ensure_ascii=False)


def images_of(value: str) -> list[str]:
    """The addresses that :func:`images_value` kept. Raises :class:`UnreadableValue`."""
    try:
        found = json.loads(value)
    except ValueError as error:
        raise UnreadableValue(value[:80]) from error
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UnreadableValue(value[:80])
    return found


def images_text(urls: Sequence[str], *, at_allegro: Mapping[str, str] | None = None) -> str:
    """The hash of pictures in their order; empty for none.

    ``at_allegro`` tells where a picture of ours lies there after its upload, by our address of it: what
    was uploaded and is shown is the same picture.
    """
    known = at_allegro or {}
    named = [_picture(known.get(one, one)) for one in urls]
    return _digest("\n".join(named)) if named else ""


def _picture(url: str) -> str:
    """One name for a picture: no scheme, no query, and at Allegro no size."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    path = _SIZE.sub("/", parts.path) if "allegroimg" in host else parts.path
    return f"{host}{path}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
