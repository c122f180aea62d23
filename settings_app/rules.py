"""Rules about single values that pages, admin and API share."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

LOWEST_MARGIN = Decimal(-100)
VAT_RATE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


def currency_code(value: str) -> str:
    """An ISO 4217 code in capitals. Raises ``ValidationError`` for what cannot be one."""
    if len(value) != 3 or not value.isascii() or not value.isalpha():
        raise ValidationError(_("Three letters, such as PLN."))
    return value.upper()


def margin(value: Decimal | None) -> Decimal | None:
    """A margin in per cent. Raises ``ValidationError`` for one that would make prices negative."""
    if value is not None and value < LOWEST_MARGIN:
        raise ValidationError(_("Not below -100 %: the price would be negative."))
    return value
