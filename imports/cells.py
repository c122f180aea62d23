"""Reading single cells. Every reader takes trimmed, non-empty text and raises :class:`BadCell`.

Numbers come back as text in one normal form (``120.5``), because they are stored as JSON, where a
number would become a float.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from imports.errors import BadCell
from products.ean import ean_problem
from products.markup import clean_html

Reader = Callable[[str], Any]

CLEAR = "\\clear"
YES = frozenset({"1", "true", "t", "yes", "y", "ano", "a", "tak", "áno", "on"})
NO = frozenset({"0", "false", "f", "no", "n", "ne", "nie", "off"})
SYMBOLS = {"KČ": "CZK", "KC": "CZK", "ZŁ": "PLN", "ZL": "PLN", "€": "EUR", "FT": "HUF", "$": "USD"}
MAX_INTEGER = 2_000_000_000
MAX_IMAGES = 64

_SPACES = str.maketrans("", "", "\u0020\u00a0\u2009\u202f\u2007'")
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?E\+?\d+$", re.IGNORECASE)
_CONTROLS = re.compile(r"\s*[\x00-\x1f\x7f]+\s*")


def text(*, limit: int) -> Reader:
    """One line of text of at most ``limit`` characters."""

    def read(cell: str) -> str:
        if not cell.isprintable():
            cell = _CONTROLS.sub(" ", cell)
        if len(cell) > limit:
            raise too_long(cell, limit)
        return cell

    return read


def code(*, limit: int) -> Reader:
    """Text that identifies; never a number, so leading zeros and slashes stay."""
    line = text(limit=limit)

    def read(cell: str) -> Any:
        if _SCIENTIFIC.match(cell) and ("E+" in cell.upper() or "," in cell):
            raise BadCell(
                "number_damaged",
                _("A spreadsheet has turned this code into a rounded number."),
                _("Give the column the format Text in the spreadsheet and export again."),
            )
        return line(cell)

    return read


def markup(cell: str) -> str:
    """HTML with only the tags Allegro takes."""
    return clean_html(cell)


def decimal(*, places: int, digits: int) -> Reader:
    """An amount or a size that is not negative, with decimal comma or point and grouped thousands."""
    step = Decimal(1).scaleb(-places)
    highest = Decimal(10) ** (digits - places)

    @lru_cache(maxsize=4096)
    def read(cell: str) -> str:
        number = to_decimal(cell)
        if number < 0:
            raise BadCell("negative", _("The number is negative."), _("Write 0 or more."))
        rounded = number.quantize(step, ROUND_HALF_UP) if number < highest else highest
        if rounded >= highest:
            raise BadCell("too_large", _("The number is too large."))
        return format(rounded.normalize(), "f")

    return read


def to_decimal(cell: str) -> Decimal:
    """Read ``1 234,50``, ``1.234,50``, ``1,234.50``, ``120.5``; a lone comma is a decimal comma."""
    plain = cell.translate(_SPACES)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point:
        plain = plain.replace(".", "")
        plain = plain.replace(",", "." if plain.count(",") == 1 else "")
    elif point > comma:
        plain = plain.replace(",", "")
        if plain.count(".") > 1:
            plain = plain.replace(".", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    # Decimal itself reads "1_000", "inf" and digits of any script; a file means none of these.
    if not number.is_finite() or "_" in plain or not plain.isascii():
        raise BadCell(
            "not_a_number",
            _("This is not a number."),
            _("Write it like 120,50 or 120.50, without units."),
        )
    return number


def percent(*, places: int) -> Reader:
    """A share from 0 to 100, with or without the sign."""
    number = decimal(places=places, digits=places + 3)

    def read(cell: str) -> Any:
        share = number(cell.rstrip("% \u00a0"))
        if Decimal(share) > 100:
            raise BadCell("too_large", _("A rate cannot be over 100 %."))
        return share

    return read


@lru_cache(maxsize=4096)
def integer(cell: str) -> int:
    """A whole number from 0; ``12,00`` counts as whole."""
    number = to_decimal(cell)
    if number < 0:
        raise BadCell("negative", _("The number is negative."), _("Write 0 or more."))
    if number != number.to_integral_value() or number > MAX_INTEGER:
        raise BadCell("not_whole", _("This is not a whole number."), _("Write pieces as 12."))
    return int(number)


def yes_no(cell: str) -> bool:
    """``1/0``, ``true/false``, ``ano/ne``, ``tak/nie``, ``yes/no``."""
    lower = cell.lower()
    if lower in YES:
        return True
    if lower in NO:
        return False
    raise BadCell("not_yes_no", _("This is neither yes nor no."), _("Write 1 or 0."))


def ean(cell: str) -> str:
    """An EAN whose check digit fits."""
    digits = cell.translate(_SPACES)
    if _SCIENTIFIC.match(digits):
        raise BadCell(
            "number_damaged",
            _("A spreadsheet has turned this EAN into a rounded number."),
            _("Give the column the format Text in the spreadsheet and export again."),
        )
    if wrong := ean_problem(digits):
        raise BadCell("bad_ean", wrong, _("Correct the EAN or leave the cell empty."))
    return digits


def currency(cell: str) -> str:
    """A three-letter code, or a usual sign for one."""
    upper = cell.upper().rstrip(".")
    upper = SYMBOLS.get(upper, upper)
    if len(upper) != 3 or not (upper.isascii() and upper.isalpha()):
        raise BadCell("bad_currency", _("This is not a currency."), _("Write CZK, PLN or EUR."))
    return upper


def words(*, limit: int) -> Reader:
    """A list separated by commas, sorted, each once."""

    def read(cell: str) -> list[str]:
        parts = {part.strip() for part in cell.split(",")} - {""}
        if any(len(part) > limit for part in parts):
            raise too_long(cell, limit)
        return sorted(parts)

    return read


def images(cell: str) -> list[str]:
    """Addresses of pictures in order: a JSON array or a list separated by commas."""
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except ValueError as error:
            raise BadCell(
                "bad_images",
                _("This begins like a JSON list and is not one."),
                _('Write ["/a.jpg", "/b.jpg"] or /a.jpg,/b.jpg'),
            ) from error
        parts = [part for part in found if isinstance(part, str)]
    else:
        parts = cell.split(",")
    kept = [address for part in parts if (address := _picture(part))]
    if any(len(address) > 1000 for address in kept):
        raise too_long(cell, 1000)
    return list(dict.fromkeys(kept))[:MAX_IMAGES]


def _picture(part: str) -> str:
    address = part.strip().partition("?")[0].replace("/__thumb", "")
    return "" if "no-product-image" in address else address


def too_long(cell: str, limit: int) -> BadCell:
    return BadCell(
        "too_long",
        _("The text has %(count)d characters, %(limit)d are allowed.")
        % {"count": len(cell), "limit": limit},
        _("Shorten the text."),
    )
