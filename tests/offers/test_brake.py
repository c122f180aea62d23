"""Ways around the brake that must be closed: zeros still on their way, and zeros that come late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from offers import draining
from offers.models import StockBrake, StockCommandItem
from products.models import Product
from settings_app.models import Integration
from tests.offers.scene import allow_stock, push, put_on_shelf, sell, shown
from tests.sandbox_server import NO_DELAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(allegro: Any, account: Integration, numbers: list[str]) -> list[Product]:
    """Eight offers that show 9, with a brake at half of them, from four."""
    allow_stock(account, brake_share_percent=50, brake_minimum=4, zero_stock_policy="END")
    made = [sell(account, number, on_hand=9) for number in numbers[:8]]
    push(account)
    return made


@pytest.fixture
def during_the_drain() -> Iterator[list[Any]]:
    """What is done, once, while the order journal is read."""
    steps: list[Any] = []

    def drain(_integration: Integration) -> None:
        while steps:
            steps.pop()()

    draining.register(drain)
    yield steps
    draining._drains.pop(f"{drain.__module__}.{drain.__qualname__}")


def test_zeros_whose_command_has_no_result_yet_count(
    allegro: Any, account: Integration, numbers: list[str], products: list[Product]
) -> None:
    """A flood in portions, each below the brake, while Allegro takes its time."""
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 600})
    for product in products[:3]:
        put_on_shelf(product, 0)
    push(account, seconds=1)
    assert set(StockCommandItem.objects.filter(value=0).values_list("state", flat=True)) == {"NEW"}
    for product in products[3:6]:
        put_on_shelf(product, 0)
    push(account, seconds=1)
    brake = StockBrake.objects.get()
    assert (brake.state, brake.zeros, brake.active) == ("OPEN", 6, 8)
    assert StockCommandItem.objects.filter(value=0).count() == 3


def test_zeros_that_come_while_the_journal_is_read_are_held(
    allegro: Any,
    account: Integration,
    numbers: list[str],
    products: list[Product],
    during_the_drain: list[Any],
) -> None:
    for product in products:
        put_on_shelf(product, 8)

    def empty_the_shelf() -> None:
        for product in products:
            put_on_shelf(product, 0)

    during_the_drain.append(empty_the_shelf)
    push(account, seconds=1)
    assert StockBrake.objects.filter(state="OPEN").count() == 1
    assert [shown(allegro, number) for number in numbers[:8]] == [(9, "ACTIVE")] * 8
    assert not StockCommandItem.objects.filter(value=0).exists()
