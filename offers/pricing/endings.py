"""Rounding a price to what a currency takes, and up to the next price with a chosen ending."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal


def rounded(amount: Decimal, *, decimals: int, ending: str = "") -> Decimal:
    """``amount`` half up to ``decimals``, then up to the next price that ends in ``ending``.

    ``.99`` gives 12.99 for 12.30, ``9`` gives 299 for 291. Upwards, so that an ending never eats into
    the margin.
    """
    exact = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if not ending:
        return exact
    tail, every = ending_parts(ending)
    steps = ((exact - tail) / every).to_integral_value(ROUND_CEILING)
    return (steps * every + tail).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def ending_parts(ending: str) -> tuple[Decimal, Decimal]:
    """The ending as a number, and how far apart the prices that end so are: ``9.99`` is every 10."""
    whole = ending.partition(".")[0]
    return Decimal(ending), Decimal(1).scaleb(len(whole))
