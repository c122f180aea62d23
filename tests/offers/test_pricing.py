from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.money import Money
from offers.enums import PriceSource
from offers.pricing import (
    Cost,
    Rate,
    Rates,
    Terms,
    ending_parts,
    listed_price,
    rounded,
    ruled_price,
)

TODAY = date(2026, 11, 24)


def money(text: str, currency: str = "PLN") -> Money:
    return Money(Decimal(text), currency)


def terms(source: str = "PURCHASE", currency: str = "PLN", **more: Any) -> Terms:
    return Terms(source=PriceSource(source), currency=currency, **more)


def rates(*rows: tuple[str, str, str, date]) -> Rates:
    return Rates([Rate(a, b, Decimal(rate), day) for a, b, rate, day in rows], today=TODAY)


NO_RATES = rates()


def test_a_crown_price_follows_from_a_purchase_in_euro() -> None:
    found = ruled_price(
        [Cost(purchase=money("8.10", "EUR"))],
        terms=terms(currency="CZK", percent=Decimal(20), vat=Decimal(21), decimals=0, ending="9"),
        rates=rates(("EUR", "CZK", "25.02", TODAY)),
    )
    # 8.10 x 1.20 x 1.21 x 25.02 = 294.27..., up to the next price that ends in 9
    assert found.price == money("299", "CZK")
    assert found.steps[0].conversion is not None
    assert found.steps[0].conversion.rate.day == TODAY


def test_the_margin_is_the_rules_then_the_suppliers_then_the_default() -> None:
    cost = Cost(purchase=money("100"), margin=Decimal(10))
    prices = [
        ruled_price([one], terms=rule, rates=NO_RATES).price
        for one, rule in [
            (cost, terms(percent=Decimal(30))),
            (cost, terms(default_margin=Decimal(50))),
            (Cost(purchase=money("100")), terms(default_margin=Decimal(50))),
        ]
    ]
    assert prices == [money("130.00"), money("110.00"), money("150.00")]


def test_vat_is_the_rules_then_the_products_then_the_default_and_never_twice() -> None:
    net, gross = Cost(purchase=money("100"), vat=Decimal(8)), Cost(purchase_gross=money("123"))
    assert ruled_price([net], terms=terms(vat=Decimal(23)), rates=NO_RATES).price == money("123.00")
    assert ruled_price([net], terms=terms(), rates=NO_RATES).price == money("108.00")
    bare = Cost(purchase=money("100"))
    rule = terms(default_vat=Decimal(5))
    assert ruled_price([bare], terms=rule, rates=NO_RATES).price == money("105.00")
    rule = terms(vat=Decimal(23))
    assert ruled_price([gross], terms=rule, rates=NO_RATES).price == money("123.00")


def test_a_set_costs_what_its_pieces_cost() -> None:
    costs = [Cost(units=2, selling=money("10")), Cost(units=1, selling=money("5.50"))]
    found = ruled_price(costs, terms=terms("SELLING", percent=Decimal(10)), rates=NO_RATES)
    assert found.price == money("28.05")


def test_without_a_rule_only_a_single_piece_has_a_price() -> None:
    assert listed_price([Cost(selling=money("9.9900"))], currency="PLN").price == money("9.99")
    several = listed_price([Cost(units=6, selling=money("9.99"))], currency="PLN")
    assert (several.price, several.reason) == (None, "SEVERAL_PRODUCTS")
    other = listed_price([Cost(selling=money("9.99", "EUR"))], currency="PLN")
    assert (other.price, other.reason) == (None, "OTHER_CURRENCY")
    for nothing in (None, money("0")):
        assert listed_price([Cost(selling=nothing)], currency="PLN").reason == "NO_PRICE"


@pytest.mark.parametrize(("day", "days", "there"), [(0, 1, True), (7, 7, True), (8, 7, False)])
def test_an_old_rate_gives_no_price(day: int, days: int, there: bool) -> None:
    found = ruled_price(
        [Cost(selling=money("10", "EUR"))],
        terms=terms("SELLING", rate_days=days),
        rates=rates(("EUR", "PLN", "4.30", TODAY - timedelta(days=day))),
    )
    assert (found.price == money("43.00")) is there
    if not there:
        assert (found.reason, found.currencies) == ("NO_RATE", ("EUR", "PLN"))


def test_the_newest_rate_counts_in_either_direction_and_never_tomorrows() -> None:
    known = rates(
        ("EUR", "PLN", "4.00", TODAY - timedelta(days=3)),
        ("PLN", "EUR", "0.25", TODAY - timedelta(days=1)),
        ("EUR", "PLN", "9.99", TODAY + timedelta(days=1)),
    )
    found = known.find("EUR", "PLN", days=7)
    assert found is not None
    assert found.inverse
    assert found.apply(Decimal(10)) == Decimal(40)


def test_limits_refuse_and_never_change_a_price() -> None:
    cost = [Cost(selling=money("10"), purchase=money("9"))]
    for limits, reason in [
        ({"lowest": Decimal("10.01")}, "UNDER_FLOOR"),
        ({"highest": Decimal("9.99")}, "OVER_CEILING"),
        ({"lowest_margin": Decimal(20)}, "UNDER_FLOOR"),
        ({"lowest": Decimal(10), "highest": Decimal(10), "lowest_margin": Decimal(10)}, ""),
    ]:
        found = ruled_price(cost, terms=terms("SELLING", **limits), rates=NO_RATES)
        assert found.reason == reason
        assert (found.price is None) is bool(reason)


def test_a_lowest_margin_without_a_purchase_price_gives_no_price() -> None:
    rule = terms("SELLING", lowest_margin=Decimal(5))
    found = ruled_price([Cost(selling=money("10"))], terms=rule, rates=NO_RATES)
    assert (found.price, found.reason) == (None, "NO_PRICE")


def test_an_ending_is_the_next_one_up() -> None:
    cases = [
        ("12.30", 2, ".99", "12.99"), ("12.99", 2, ".99", "12.99"), ("13.00", 2, ".99", "13.99"),
        ("291", 0, "9", "299"), ("299.4", 0, "9", "299"), ("300", 0, "99", "399"),
        ("7", 2, "9.90", "9.90"), ("0.01", 2, ".00", "1.00"), ("5.555", 2, "", "5.56"),
    ]  # fmt: skip
    for amount, decimals, ending, expected in cases:
        assert rounded(Decimal(amount), decimals=decimals, ending=ending) == Decimal(expected)


def test_any_price_obeys_its_rule() -> None:
    chance = random.Random(3)
    endings = ["", ".99", ".95", ".00", "9", "99", "9.99", "4.90"]
    for _round in range(4000):
        ending = chance.choice(endings)
        decimals = 2 if "." in ending else chance.choice([0, 1, 2])
        amount = Decimal(chance.randrange(1, 10_000_000)) / 10000
        price = rounded(amount, decimals=decimals, ending=ending)
        assert price == price.quantize(Decimal(1).scaleb(-decimals))
        half = Decimal(1).scaleb(-decimals) / 2
        assert price >= amount - half
        if ending:
            tail, every = ending_parts(ending)
            assert (price - tail) % every == 0
            assert price - amount < every + half
        more = rounded(amount + Decimal(chance.randrange(1000)), decimals=decimals, ending=ending)
        assert more >= price


def test_any_rule_gives_a_price_within_its_limits_or_a_reason() -> None:
    chance = random.Random(4)

    def maybe(most: int, places: int = 2) -> Decimal | None:
        value = Decimal(chance.randrange(1, most)).scaleb(-places)
        return value if chance.random() < 0.6 else None

    for _round in range(3000):
        costs = [
            Cost(
                units=chance.randrange(1, 4),
                selling=_money(maybe(50_000), chance),
                purchase=_money(maybe(40_000), chance),
                purchase_gross=_money(maybe(40_000), chance),
                margin=maybe(4000),
                vat=chance.choice([None, Decimal(0), Decimal(21), Decimal(23)]),
            )
            for _part in range(chance.randrange(1, 3))
        ]
        rule = terms(
            chance.choice(["SELLING", "PURCHASE"]),
            percent=maybe(5000),
            lowest=maybe(20_000),
            highest=maybe(90_000),
            lowest_margin=maybe(2000),
            ending=chance.choice(["", ".99"]),
        )
        known = rates(("EUR", "PLN", "4.30", TODAY - timedelta(days=chance.randrange(14))))
        found = ruled_price(costs, terms=rule, rates=known)
        assert (found.price is None) is bool(found.reason)
        if found.price is None:
            continue
        assert found.price.currency == "PLN"
        assert rule.lowest is None or found.price.amount >= rule.lowest
        assert rule.highest is None or found.price.amount <= rule.highest
        assert found.floor is not None
        assert found.price.amount >= found.floor.amount
        assert sum(step.amount for step in found.steps) == found.exact.amount  # type: ignore[union-attr]


def _money(amount: Decimal | None, chance: random.Random) -> Money | None:
    return None if amount is None else Money(amount, chance.choice(["PLN", "EUR"]))
