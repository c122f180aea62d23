"""The price of an offer, with every step that led to it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import Money
from offers.enums import NotOurs, PriceSource
from offers.pricing.endings import rounded
from offers.pricing.rates import Conversion, Rates

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Cost:
    """A product in an offer. ``purchase`` is net, ``purchase_gross`` holds its VAT already; ``margin``
    is the supplier's, ``vat`` the product's, both in per cent."""

    units: int = 1
    selling: Money | None = None
    purchase: Money | None = None
    purchase_gross: Money | None = None
    margin: Decimal | None = None
    vat: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A price rule with the defaults it falls back to; see :class:`offers.models.PriceRule`."""

    source: PriceSource
    currency: str
    percent: Decimal | None = None
    default_margin: Decimal = Decimal(0)
    vat: Decimal | None = None
    default_vat: Decimal = Decimal(0)
    rate_days: int = 7
    decimals: int = 2
    ending: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    lowest_margin: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How one product enters the price: what it starts from, what is added, how it is converted."""

    start: Money
    units: int
    percent: Decimal
    vat: Decimal | None
    conversion: Conversion | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """A price, or the reason why there is none; the steps as far as they went.

    ``exact`` is the sum before rounding, ``floor`` what the purchase price with the lowest margin
    comes to. ``currencies`` names the pair a rate is wanting for.
    """

    price: Money | None
    reason: str = ""
    steps: tuple[Step, ...] = ()
    exact: Money | None = None
    floor: Money | None = None
    currencies: tuple[str, str] | None = field(default=None)


def listed_price(costs: Sequence[Cost], *, currency: str) -> Priced:
    """Without a rule: the selling price of the only product, a piece of it per sold unit.

    A set or several pieces of one product have no price that follows from one piece's.
    """
    if len(costs) != 1 or costs[0].units != 1:
        return Priced(None, NotOurs.SEVERAL_PRODUCTS.value)
    selling = costs[0].selling
    if selling is None or selling.amount <= 0:
        return Priced(None, NotOurs.NO_PRICE.value)
    if currency and selling.currency != currency:
        return Priced(None, NotOurs.OTHER_CURRENCY.value)
    step = Step(selling, 1, Decimal(0), None, None, selling.amount)
    return Priced(selling.rounded(2), steps=(step,), exact=selling)


def ruled_price(costs: Sequence[Cost], *, terms: Terms, rates: Rates) -> Priced:
    """The sum over the products of what the rule makes of each, rounded, and refused outside its limits."""
    steps: list[Step] = []
    for cost in costs:
        step = _step(cost, terms, rates)
        if isinstance(step, Priced):
            return Priced(None, step.reason, tuple(steps), currencies=step.currencies)
        steps.append(step)
    exact = sum((step.amount for step in steps), Decimal(0))
    amount = rounded(exact, decimals=terms.decimals, ending=terms.ending)
    floor = _floor(costs, terms, rates)
    if isinstance(floor, Priced):
        return Priced(None, floor.reason, tuple(steps), currencies=floor.currencies)
    price = Money(amount, terms.currency)
    found = Priced(
        price, "", tuple(steps), Money(exact, terms.currency), Money(floor, terms.currency)
    )
    reason = _refused(amount, floor, terms)
    return Priced(None, reason, found.steps, price, found.floor) if reason else found


def _refused(amount: Decimal, floor: Decimal, terms: Terms) -> str:
    if amount <= 0:
        return NotOurs.NO_PRICE.value
    if amount < floor or (terms.lowest is not None and amount < terms.lowest):
        return NotOurs.UNDER_FLOOR.value
    if terms.highest is not None and amount > terms.highest:
        return NotOurs.OVER_CEILING.value
    return ""


def _step(cost: Cost, terms: Terms, rates: Rates) -> Step | Priced:
    if terms.source == PriceSource.SELLING:
        start, vat = cost.selling, None
        percent = terms.percent or Decimal(0)
    else:
        start, vat = _purchase(cost, terms)
        percent = next(
            one for one in (terms.percent, cost.margin, terms.default_margin) if one is not None
        )
    if start is None or start.amount <= 0:
        return Priced(None, NotOurs.NO_PRICE.value)
    amount = start.amount * cost.units * _plus(percent) * _plus(vat or Decimal(0))
    return _converted(start, cost.units, percent, vat, amount, terms, rates)


def _purchase(cost: Cost, terms: Terms) -> tuple[Money | None, Decimal | None]:
    """The purchase price, and the VAT to add to it: none to one that holds it."""
    if cost.purchase is None:
        return cost.purchase_gross, None
    vat = next(one for one in (terms.vat, cost.vat, terms.default_vat) if one is not None)
    return cost.purchase, vat


def _converted(
    start: Money,
    units: int,
    percent: Decimal,
    vat: Decimal | None,
    amount: Decimal,
    terms: Terms,
    rates: Rates,
) -> Step | Priced:
    if start.currency == terms.currency:
        return Step(start, units, percent, vat, None, amount)
    conversion = rates.find(start.currency, terms.currency, days=terms.rate_days)
    if conversion is None:
        pair = (start.currency, terms.currency)
        return Priced(None, NotOurs.NO_RATE.value, currencies=pair)
    return Step(start, units, percent, vat, conversion, conversion.apply(amount))


def _floor(costs: Sequence[Cost], terms: Terms, rates: Rates) -> Decimal | Priced:
    """What the purchase prices with the lowest margin and VAT come to; 0 when the rule names none."""
    if terms.lowest_margin is None:
        return Decimal(0)
    total = Decimal(0)
    for cost in costs:
        start, vat = _purchase(cost, terms)
        if start is None:
            return Priced(None, NotOurs.NO_PRICE.value)
        amount = start.amount * cost.units * _plus(terms.lowest_margin) * _plus(vat or Decimal(0))
        step = _converted(start, cost.units, terms.lowest_margin, vat, amount, terms, rates)
        if isinstance(step, Priced):
            return step
        total += step.amount
    return total


def _plus(percent: Decimal) -> Decimal:
    return (HUNDRED + percent) / HUNDRED
