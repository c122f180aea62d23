"""How a price came about, step by step, in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from core.money import Money
from offers.enums import NotOurs
from offers.pricing import Priced, Step, Terms


def explain(priced: Priced, terms: Terms | None) -> str:
    """One line: ``299 CZK = 8.10 EUR + 20 % + VAT 21 % × 25.02 (24 Nov 2026), up to …9``."""
    parts = " + ".join(_step(step) for step in priced.steps)
    if priced.price is None:
        return _refusal(priced, terms, parts)
    line = f"{_amount(priced.price)} = {parts}"
    if terms is not None and terms.ending:
        line += ", " + _("up to the next price that ends in %(ending)s") % {"ending": terms.ending}
    elif priced.exact is not None and priced.exact.amount != priced.price.amount:
        line += ", " + _("rounded")
    return line


def _step(step: Step) -> str:
    words = _amount(step.start)
    if step.units > 1:
        words = f"{step.units} × {words}"
    if step.percent:
        words += f" + {_number(step.percent)} %"
    if step.vat:
        words += " + " + _("VAT %(rate)s %%") % {"rate": _number(step.vat)}
    if step.conversion is not None:
        rate = step.conversion.rate
        day = formats.date_format(rate.day, "DATE_FORMAT")
        sign = "÷" if step.conversion.inverse else "×"
        words += f" {sign} {_number(rate.rate)} ({day})"
    return words


def _refusal(priced: Priced, terms: Terms | None, parts: str) -> str:
    reason = NotOurs(priced.reason) if priced.reason else None
    if reason == NotOurs.NO_RATE and priced.currencies is not None:
        currency, quote = priced.currencies
        return _(
            "No exchange rate from %(currency)s to %(quote)s of the last %(days)d days: enter one."
        ) % {"currency": currency, "quote": quote, "days": terms.rate_days if terms else 0}
    if reason == NotOurs.UNDER_FLOOR and priced.exact is not None:
        return _("%(price)s (%(steps)s) is under the lowest price allowed, so there is none.") % {
            "price": _amount(priced.exact), "steps": parts,
        }  # fmt: skip
    if reason == NotOurs.OVER_CEILING and priced.exact is not None:
        return _("%(price)s (%(steps)s) is over the highest price allowed, so there is none.") % {
            "price": _amount(priced.exact), "steps": parts,
        }  # fmt: skip
    return str(reason.label) if reason else ""


def _amount(money: Money) -> str:
    whole = money.amount == money.amount.to_integral_value()
    amount = money.amount.quantize(Decimal(1)) if whole else money.rounded(2).amount
    return f"{formats.number_format(amount)} {money.currency}"


def _number(value: Decimal) -> str:
    return formats.number_format(Decimal(f"{value.normalize():f}"))
