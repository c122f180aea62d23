from __future__ import annotations

import itertools

import pytest

from orders.enums import DisplayStatus as D
from orders.ladder import DISPATCHED, OPEN, StockWish, display_status, stock_wish

FORM = ["BOUGHT", "FILLED_IN", "READY_FOR_PROCESSING", "CANCELLED", "SOMETHING_NEW", ""]
FULFILMENT = [
    "NEW", "PROCESSING", "READY_FOR_SHIPMENT", "READY_FOR_PICKUP", "SENT", "PICKED_UP", "CANCELLED",
    "SUSPENDED", "RETURNED", "SOMETHING_NEW", "",
]  # fmt: skip
PROVIDER = ["SELLER", "ALLEGRO", ""]
ALL = list(itertools.product(FORM, FULFILMENT, PROVIDER))


def expected(status: str, fulfilment: str, provider: str) -> D:
    """The rules as sentences, written apart from the code."""
    if "CANCELLED" in (status, fulfilment):
        return D.CANCELLED
    by_parcel = {
        "SENT": D.SENT, "PICKED_UP": D.DELIVERED, "RETURNED": D.RETURNED, "SUSPENDED": D.SUSPENDED,
    }  # fmt: skip
    if fulfilment in by_parcel:
        return by_parcel[fulfilment]
    if status in ("BOUGHT", "FILLED_IN", "SOMETHING_NEW", ""):
        return D.UNPAID
    if provider == "ALLEGRO":
        return D.BY_ALLEGRO
    packing = ("PROCESSING", "READY_FOR_SHIPMENT", "READY_FOR_PICKUP")
    return D.PROCESSING if fulfilment in packing else D.READY


@pytest.mark.parametrize(("status", "fulfilment", "provider"), ALL)
def test_every_combination_has_one_status(status: str, fulfilment: str, provider: str) -> None:
    got = display_status(status=status, fulfilment=fulfilment, provider=provider)
    assert got == expected(status, fulfilment, provider)


@pytest.mark.parametrize(("status", "fulfilment", "provider"), ALL)
def test_a_merged_order_is_superseded_whatever_else(
    status: str, fulfilment: str, provider: str
) -> None:
    got = display_status(status=status, fulfilment=fulfilment, provider=provider, superseded=True)
    assert got == D.SUPERSEDED


@pytest.mark.parametrize("display", list(D))
@pytest.mark.parametrize("provider", PROVIDER)
def test_what_each_status_asks_of_stock(display: D, provider: str) -> None:
    wish = stock_wish(display=display, provider=provider)
    if display == D.SUPERSEDED:
        assert wish == StockWish.LEAVE
    elif provider == "ALLEGRO":
        assert wish == StockWish.NOT_OURS
    elif display == D.CANCELLED:
        assert wish == StockWish.RELEASE
    elif display in (D.SENT, D.DELIVERED, D.RETURNED):
        assert wish == StockWish.CONSUME
    else:
        assert wish == StockWish.RESERVE


def test_open_and_dispatched_do_not_meet() -> None:
    assert not OPEN & DISPATCHED
