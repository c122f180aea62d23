"""EAN / GTIN numbers: 8, 12, 13 or 14 digits, the last of which is a check digit (GS1)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from products.enums import EanFinding

# GS1 General Specifications, 1.4: 02, 04, 20-29 are for use inside a company, 05, 98, 99 for coupons and
# receipts. Places two and three of a number filled to fourteen digits.
INTERNAL = re.compile(r".(02|04|05|2[0-9]|98|99)")
LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> str:
    """The digit that belongs after ``body`` (all digits but the last), by the GS1 rule."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))
    )
    return str(-total % 10)


def ean_problem(ean: str) -> str:
    """What is wrong with ``ean``, for a person; an empty text when nothing is (or it is empty)."""
    if not ean:
        return ""
    if not (ean.isascii() and ean.isdecimal()):
        return _("An EAN has digits only.")
    if len(ean) not in LENGTHS:
        return _("An EAN has 8, 12, 13 or 14 digits; this one has %(count)d.") % {"count": len(ean)}
    expected = check_digit(ean[:-1])
    if ean[-1] != expected:
        return _("The check digit is %(found)s, it should be %(expected)s.") % {
            "found": ean[-1],
            "expected": expected,
        }
    return ""


def finding(ean: str) -> str:
    """What is wrong with an EAN as a code of :class:`EanFinding`, an empty text when nothing is.

    The database says the same of every product in ``ean_finding``.
    """
    if not ean:
        return ""
    if not (ean.isascii() and ean.isdecimal()):
        return EanFinding.DIGITS.value
    if len(ean) not in LENGTHS:
        return EanFinding.LENGTH.value
    if ean[-1] != check_digit(ean[:-1]):
        return EanFinding.CHECK.value
    inside = ean[0] in "02" if len(ean) == 8 else INTERNAL.match(ean.zfill(14))
    return EanFinding.INTERNAL.value if inside or not int(ean) else ""
