from __future__ import annotations

from decimal import Decimal

import pytest

from offers.listings import UnreadableListing, read_listing
from tests.offers.listings import listing


def test_a_full_row_is_read_exactly() -> None:
    one = read_listing(listing(3))
    assert (one.allegro_id, one.external_id) == ("7000000003", "SKU-00003")
    assert (one.price, one.currency) == (Decimal("49.90"), "PLN")
    assert (one.stock_available, one.stock_sold) == (10, 2)
    assert (one.publication_status, one.marketplace) == ("ACTIVE", "allegro-pl")


@pytest.mark.parametrize(
    "name", ["category", "primaryImage", "sellingMode", "stock", "publication", "external"]
)
def test_a_null_part_reads_as_none(name: str) -> None:
    one = read_listing(listing(1, **{name: None}))
    assert one.allegro_id == "7000000001"


def test_zero_stock_is_zero_and_not_unknown() -> None:
    assert read_listing(listing(1, stock={"available": 0, "sold": None})).stock_available == 0
    assert read_listing(listing(1, stock={"available": None, "sold": 0})).stock_available is None


@pytest.mark.parametrize("bad", [None, "", 7, "9" * 41])
def test_an_offer_without_number_is_refused_with_a_remedy(bad: object) -> None:
    with pytest.raises(UnreadableListing) as refused:
        read_listing(listing(1, id=bad))
    assert refused.value.remedy


@pytest.mark.parametrize(
    "price",
    [
        {"amount": "12.345", "currency": "PLN"},
        {"amount": "NaN", "currency": "PLN"},
        {"amount": "1e30", "currency": "PLN"},
        {"amount": "12.00"},
        {"amount": None, "currency": "PLN"},
    ],
)
def test_a_price_that_is_no_money_is_refused(price: dict[str, object]) -> None:
    with pytest.raises(UnreadableListing):
        read_listing(listing(1, sellingMode={"price": price}))


def test_the_fingerprint_knows_every_value_but_not_the_spelling_of_a_price() -> None:
    base = read_listing(listing(1)).content_hash
    same = listing(1, sellingMode={"price": {"amount": "49.9", "currency": "PLN"}})
    assert read_listing(same).content_hash == base
    for change in (
        {"name": "Inny"},
        {"stock": {"available": 9, "sold": 2}},
        {"sellingMode": {"price": {"amount": "49.91", "currency": "PLN"}}},
        {"external": {"id": "OTHER"}},
        {"publication": {"status": "ENDED", "marketplaces": {"base": {"id": "allegro-pl"}}}},
    ):
        assert read_listing(listing(1, **change)).content_hash != base
