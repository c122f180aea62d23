"""Exchange rates the seller entered, and converting by them: the newest one, or its inverse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``currency`` costs ``rate`` of ``quote`` on ``day``."""

    currency: str
    quote: str
    rate: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Conversion:
    """A rate that was used; ``inverse``: the amount was divided by it."""

    rate: Rate
    inverse: bool

    def apply(self, amount: Decimal) -> Decimal:
        """The amount in the other currency."""
        return amount / self.rate.rate if self.inverse else amount * self.rate.rate


class Rates:
    """The newest rate of each pair of currencies, as known on ``today``."""

    def __init__(self, rates: Iterable[Rate], *, today: date) -> None:
        """Keep the newest of each pair; those of days to come do not count yet."""
        self._today = today
        self._newest: dict[tuple[str, str], Rate] = {}
        for one in sorted(rates, key=lambda rate: rate.day):
            if one.day <= today:
                self._newest[one.currency, one.quote] = one

    def find(self, currency: str, quote: str, *, days: int) -> Conversion | None:
        """How to convert; None when there is no rate, or none of the last ``days`` days."""
        found = self.newest(currency, quote)
        if found is None or (self._today - found.rate.day).days > days:
            return None
        return found

    def newest(self, currency: str, quote: str) -> Conversion | None:
        """The newest way to convert, however old: the rate itself before its inverse of the same day."""
        ways = []
        if direct := self._newest.get((currency, quote)):
            ways.append(Conversion(direct, inverse=False))
        if reverse := self._newest.get((quote, currency)):
            ways.append(Conversion(reverse, inverse=True))
        return max(ways, key=lambda way: way.rate.day) if ways else None
