from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncs.comparison import BANDS, ON_SALE, Ours, Theirs, compare, severity_of
from syncs.enums import Cause, DiscrepancyKind, Severity

STATUSES = st.sampled_from(["ACTIVE", "ACTIVATING", "INACTIVE", "ENDED", "SOMETHING_NEW", ""])
PIECES = st.none() | st.integers(0, 500)
PRICES = st.none() | st.decimals(0, 10_000, places=2)
OURS = st.builds(
    Ours,
    quantity=PIECES,
    price=PRICES,
    currency=st.sampled_from(["PLN", "CZK"]),
    pieces=st.none() | st.integers(-20, 500),
    was_on_sale=st.booleans(),
    sold_elsewhere=st.booleans(),
)
THEIRS = st.builds(
    Theirs,
    status=STATUSES,
    quantity=PIECES,
    price=PRICES,
    currency=st.sampled_from(["PLN", "CZK"]),
    gone=st.booleans(),
    ended_for_lack=st.booleans(),
)


@given(OURS, THEIRS)
def test_a_finding_is_never_made_of_equal_or_unknown_values(ours: Ours, theirs: Theirs) -> None:
    for one in compare(ours, theirs):
        if one.kind == DiscrepancyKind.QUANTITY:
            assert None not in (ours.quantity, theirs.quantity)
            assert ours.quantity != theirs.quantity
            assert one.difference == Decimal(theirs.quantity or 0) - Decimal(ours.quantity or 0)
            assert (one.ours, one.theirs) == (str(ours.quantity), str(theirs.quantity))
        if one.kind == DiscrepancyKind.PRICE:
            assert ours.currency == theirs.currency
            assert ours.price != theirs.price
            assert (one.difference or 0) + (ours.price or 0) == theirs.price


@given(OURS, THEIRS)
def test_a_kind_is_found_at_most_once_and_has_a_severity(ours: Ours, theirs: Theirs) -> None:
    found = compare(ours, theirs)
    assert len({one.kind for one in found}) == len(found)
    assert all(severity_of(one) in Severity for one in found)
    kinds = {one.kind for one in found}
    assert not {DiscrepancyKind.QUANTITY, DiscrepancyKind.STATUS} <= kinds
    if theirs.gone:
        assert kinds == {DiscrepancyKind.MISSING_AT_ALLEGRO}


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(ON_SALE))
def test_every_difference_of_an_offer_on_sale_is_found_and_zero_is_a_value(
    ours: int, theirs: int, status: str
) -> None:
    found = compare(Ours(quantity=ours), Theirs(status=status, quantity=theirs))
    quantities = [one for one in found if one.kind == DiscrepancyKind.QUANTITY]
    assert bool(quantities) == (ours != theirs)
    if quantities and ours == 0:
        assert quantities[0].cause == Cause.SELLS_WITHOUT_STOCK
        assert severity_of(quantities[0]) >= Severity.HIGH


@given(OURS, THEIRS)
def test_what_agrees_is_not_found_again(ours: Ours, theirs: Theirs) -> None:
    """Writing either side's value over the other's ends a finding of numbers."""
    if theirs.gone:
        return
    after_ours = Theirs(
        status=theirs.status,
        quantity=theirs.quantity if ours.quantity is None else ours.quantity,
        price=theirs.price if ours.price is None else ours.price,
        currency=theirs.currency if ours.price is None else ours.currency,
    )
    numbers = {DiscrepancyKind.QUANTITY, DiscrepancyKind.PRICE}
    assert not numbers & {one.kind for one in compare(ours, after_ours)}


@pytest.mark.parametrize(
    ("size", "severity"),
    [(1, "LOW"), (5, "LOW"), (6, "MEDIUM"), (20, "MEDIUM"), (21, "HIGH"), (100, "HIGH"),
     (101, "CRITICAL")],
)  # fmt: skip
def test_severity_goes_by_bands(size: int, severity: str) -> None:
    for theirs in (500 + size, 500 - size):
        found = compare(Ours(quantity=500), Theirs(status="ACTIVE", quantity=theirs))
        assert [severity_of(one).name for one in found] == [severity]
    assert [limit for limit, _severity in BANDS] == sorted(limit for limit, _s in BANDS)


@pytest.mark.parametrize(
    ("ours", "theirs", "cause"),
    [
        ({"quantity": 0}, {"status": "ACTIVE", "quantity": 0}, Cause.ACTIVE_WITHOUT_STOCK),
        ({"pieces": 4}, {"status": "ENDED"}, Cause.ENDED_WITH_STOCK),
        ({"pieces": 4, "was_on_sale": True}, {"status": "ENDED"}, Cause.ENDED_UNEXPECTEDLY),
        (
            {"pieces": 4, "was_on_sale": True, "sold_elsewhere": True},
            {"status": "ENDED"},
            Cause.ENDED_UNEXPECTEDLY,
        ),
        (
            {"quantity": 4, "was_on_sale": True},
            {"status": "ENDED", "ended_for_lack": True},
            Cause.ENDED_WITH_STOCK,
        ),
        ({"pieces": 4, "sold_elsewhere": True}, {"status": "ENDED"}, None),
        ({"pieces": 0, "was_on_sale": True}, {"status": "ENDED"}, None),
        ({"pieces": -3}, {"status": "ENDED"}, None),
        ({"quantity": 0, "pieces": 4}, {"status": "ENDED"}, None),
        ({"quantity": 4}, {"status": "INACTIVE", "quantity": 1}, None),
    ],
)
def test_status_is_found_by_its_cause(
    ours: dict[str, Any], theirs: dict[str, Any], cause: Cause | None
) -> None:
    found = compare(Ours(**ours), Theirs(**theirs))
    assert [one.cause for one in found] == ([cause] if cause else [])
