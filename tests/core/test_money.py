from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, MoneyError

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(AMOUNTS, AMOUNTS)
def test_subtracting_what_was_added_gives_the_amount_back(a: Decimal, b: Decimal) -> None:
    assert Money(a, "PLN") + Money(b, "PLN") - Money(b, "PLN") == Money(a, "PLN")


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004", "1.00"), ("-1.005", "-1.01"), ("2", "2.00")],
)
def test_rounded_is_half_up_to_the_minor_unit(amount: str, rounded: str) -> None:
    assert str(Money.parse(amount, "PLN").rounded().amount) == rounded


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(MoneyError, match="PLN"):
        Money.parse("1", "PLN") + Money.parse("1", "CZK")


@pytest.mark.parametrize("amount", ["", "ten", "1,5", "NaN", "Infinity"])
def test_parse_refuses_what_is_no_amount(amount: str) -> None:
    with pytest.raises(MoneyError):
        Money.parse(amount, "PLN")


def test_parse_refuses_floats() -> None:
    with pytest.raises(MoneyError, match="float"):
        Money.parse(0.1, "PLN")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "pln", "ZŁOTY"])
def test_a_currency_is_an_iso_code(currency: str) -> None:
    with pytest.raises(MoneyError):
        Money(Decimal(1), currency)
