"""Amounts of money: a Decimal and an ISO 4217 currency that never part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# Minor units by ISO 4217. What Allegro accepts on a marketplace can be coarser
# (allegro-api#13367: CZK with decimals refused), so that precision is data of the marketplace.
MINOR_UNITS = {"PLN": 2, "CZK": 2, "EUR": 2, "HUF": 2, "USD": 2, "GBP": 2, "UAH": 2, "RON": 2}


class MoneyError(ValueError):
    """Raised when an amount cannot be read or two currencies would be mixed."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; arithmetic across currencies raises :class:`MoneyError`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise MoneyError(f"an amount is a finite Decimal, not {self.amount!r}")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise MoneyError(f"a currency is a three-letter ISO code, not {self.currency!r}")

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Read an amount from text or a whole number; floats are refused because they are inexact."""
        if isinstance(amount, float):
            raise MoneyError("a float is not an exact amount; pass text or a Decimal")
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation as error:
            raise MoneyError(f"{amount!r} is not an amount") from error

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"

    def rounded(self, places: int | None = None) -> Money:
        """Round half up, to the currency's minor unit unless ``places`` says otherwise."""
        digits = MINOR_UNITS.get(self.currency, 2) if places is None else places
        return Money(self.amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise MoneyError(f"cannot mix {self.currency} with {other.currency}")
        return other.amount
