"""The plan of writes: every wish once, Allegro's rules kept, and no cheaper plan exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offers.enums import WriteKind
from offers.planning import Sizes, Wish, Write, calls, plan, plan_prices, plan_status

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SMALL = Sizes(one_value=4, bulk=3, calls=2)


def _wishes(values: list[int]) -> list[Wish]:
    return [Wish(number, value) for number, value in enumerate(values)]


def _kinds(writes: list[Write]) -> dict[str, int]:
    return dict(Counter(one.kind.value for one in writes))


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ([], {}),
        ([7], {"PATCH": 1}),
        ([7, 7, 7], {"PATCH": 3}),
        ([7, 7, 7, 7], {"BULK": 1}),
        ([7] * 26, {"QUANTITY": 1}),
        ([1, 2, 3, 4], {"BULK": 1}),
        ([5] * 1000, {"QUANTITY": 1}),
        ([5] * 1001, {"QUANTITY": 1, "PATCH": 1}),
        ([5] * 2500, {"QUANTITY": 3}),
        (list(range(1, 101)), {"BULK": 4}),
        ([0, 0], {"PATCH": 2}),
    ],
)
def test_the_cheapest_way(values: list[int], kinds: dict[str, int]) -> None:
    assert _kinds(plan(_wishes(values))) == kinds


def test_zeros_are_ended_by_policy_and_come_first() -> None:
    writes = plan(_wishes([9, 0, 8, 0]), end_at_zero=True)
    assert writes[0].kind == "END"
    assert [wish.offer_id for wish in writes[0].wishes] == [1, 3]


def test_an_offer_that_ended_is_patched() -> None:
    wishes = [Wish(number, 5, alone=number == 0) for number in range(40)]
    assert _kinds(plan(wishes)) == {"PATCH": 1, "QUANTITY": 1}


@PATIENT
@given(st.lists(st.integers(0, 40), max_size=120), st.booleans())
def test_every_wish_once_and_the_rules_kept(values: list[int], end: bool) -> None:
    wishes = _wishes(values)
    writes = plan(wishes, end_at_zero=end)
    assert sorted(w.offer_id for one in writes for w in one.wishes) == list(range(len(values)))
    for one in writes:
        written = {wish.value for wish in one.wishes}
        limit = {"PATCH": 1, "BULK": 25, "QUANTITY": 1000, "END": 1000}[one.kind]
        assert 1 <= len(one.wishes) <= limit
        assert one.kind != "QUANTITY" or len(written) == 1
        assert one.kind == "PATCH" or (written == {0}) == (one.kind == "END")
        assert one.kind in {"PATCH", "END"} or 0 not in written


def _partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for partition in _partitions(rest):
        yield [[first], *partition]
        for at, block in enumerate(partition):
            yield [*partition[:at], [first, *block], *partition[at + 1 :]]


def _block_calls(values: list[int], sizes: Sizes) -> float:
    """What it costs at least to write this block by one write; infinite when none can."""
    if len(values) == 1:
        return 1
    if len(values) <= sizes.bulk or (len(set(values)) == 1 and len(values) <= sizes.one_value):
        return sizes.calls
    return float("inf")


@PATIENT
@given(st.lists(st.integers(1, 3), max_size=7), st.sampled_from([SMALL, Sizes(5, 3, 3)]))
def test_no_division_into_writes_is_cheaper(values: list[int], sizes: Sizes) -> None:
    best = min(
        sum(_block_calls(block, sizes) for block in partition) for partition in _partitions(values)
    )
    assert calls(plan(_wishes(values), sizes=sizes), sizes=sizes) == best


@PATIENT
@given(
    st.lists(st.one_of(st.none(), st.integers(1, 3)), max_size=7),
    st.sampled_from([SMALL, Sizes(5, 3, 3)]),
)
def test_no_division_of_prices_is_cheaper(values: list[int | None], sizes: Sizes) -> None:
    """Several prices of one offer (None) never fit into a command with one price."""
    wishes = [Wish(number, value) for number, value in enumerate(values)]
    alike = [-number if value is None else value for number, value in enumerate(values, start=1)]
    best = min(
        sum(_block_calls(block, sizes) for block in partition) for partition in _partitions(alike)
    )
    writes = plan_prices(wishes, sizes=sizes)
    assert calls(writes, sizes=sizes) == best
    assert sorted(w.offer_id for one in writes for w in one.wishes) == list(range(len(values)))
    for one in writes:
        written = {wish.value for wish in one.wishes}
        assert one.kind != "PRICE" or (len(written) == 1 and None not in written)


def test_texts_are_patched_and_status_goes_by_the_thousand() -> None:
    wishes = [Wish(1, None, alone=True), *(Wish(number, "9.00 PLN") for number in range(2, 40))]
    assert _kinds(plan_prices(wishes)) == {"PATCH": 1, "PRICE": 1}
    ends = [Wish(number, WriteKind.END) for number in range(1500)]
    back = [Wish(9999, WriteKind.ACTIVATE)]
    assert _kinds(plan_status([*ends, *back])) == {"END": 2, "ACTIVATE": 1}
