from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.allegro.money import UnreadableAmount, amount_of, money


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("12.30", "12.30"), (12.3, "12.3"), (0.1, "0.1"), (15, "15"), ("-5", "-5"), (" 7.5 ", "7.5")],
)
def test_strings_and_numbers_are_read_exactly(amount: Any, expected: str) -> None:
    value, currency = amount_of({"amount": amount, "currency": "PLN"})
    assert (str(value), currency) == (expected, "PLN")


@pytest.mark.parametrize(
    "value",
    [None, {}, {"amount": "1"}, {"amount": "1", "currency": None}, {"amount": "1", "currency": "zł"},
     {"amount": None, "currency": "PLN"}, {"amount": "NaN", "currency": "PLN"},
     {"amount": "Infinity", "currency": "PLN"}, {"amount": True, "currency": "PLN"},
     {"amount": "1,50", "currency": "PLN"}, {"amount": float("nan"), "currency": "PLN"}, "12"],
)  # fmt: skip
def test_what_is_no_money_is_refused(value: Any) -> None:
    with pytest.raises(UnreadableAmount):
        amount_of(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_money_survives_the_way_there_and_back(amount: Decimal) -> None:
    written = money(amount, "CZK")
    assert "E" not in written["amount"]
    assert amount_of(written) == (amount, "CZK")


def test_an_endless_amount_is_not_written() -> None:
    with pytest.raises(UnreadableAmount):
        money(Decimal("NaN"), "PLN")
    with pytest.raises(UnreadableAmount):
        money(Decimal(1), "pln")
