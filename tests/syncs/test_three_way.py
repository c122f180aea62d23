"""The comparison of one field: a table of everything that can have happened, and what follows."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.enums import Field, price_field
from offers.field_reasons import _WORDS, FieldReason, reason_in_words
from settings_app.enums import ConflictStrategy
from settings_app.queries import Rule
from syncs.enums import PlanAction, RunBrakeKind
from syncs.three_way import Decision, Sides, Terms, decide

EARLY = datetime(2026, 11, 1, 8, tzinfo=UTC)
LATE = EARLY + timedelta(minutes=5)
TIMESTAMP, DB, ALLEGRO, MANUAL = (
    ConflictStrategy.TIMESTAMP,
    ConflictStrategy.DB_WINS,
    ConflictStrategy.ALLEGRO_WINS,
    ConflictStrategy.MANUAL,
)
EVERY = tuple(ConflictStrategy)


def _decide(field: str, strategy: ConflictStrategy, *values: str | None, **more: Any) -> Decision:
    times = {name: more.pop(name) for name in ("ours_at", "theirs_at") if name in more}
    undone = {name: more.pop(name) for name in ("undone_ours", "undone_theirs") if name in more}
    allowed = {name: more.pop(name) for name in ("stop", "pushes", "pulls") if name in more}
    rule = Rule(enabled=more.pop("enabled", True), strategy=strategy, **more)
    return decide(field, Sides(*values, **times, **undone), Terms(rule, **allowed))


TABLE: list[tuple[str, tuple[ConflictStrategy, ...], tuple[str | None, ...], str, str]] = [
    # Nothing to decide, whatever the strategy.
    ("TITLE", EVERY, ("a", "a", "a"), "NOTHING", "IN_STEP"),
    ("TITLE", EVERY, ("a", None, "b"), "NOTHING", "NOT_OURS"),
    ("TITLE", EVERY, (None, None, None), "NOTHING", "NOT_OURS"),
    ("TITLE", EVERY, ("a", "b", None), "NOTHING", "THEIRS_UNKNOWN"),
    # Both have the same: after both changed, and at first sight.
    ("TITLE", EVERY, ("a", "b", "b"), "AGREE", "BOTH_SAME"),
    ("TITLE", EVERY, (None, "b", "b"), "AGREE", "BOTH_SAME"),
    # One side moved.
    ("TITLE", EVERY, ("a", "b", "a"), "PUSH", "OURS_CHANGED"),
    ("TITLE", EVERY, ("a", "a", "b"), "PULL", "THEIRS_CHANGED"),
    ("DESCRIPTION", EVERY, ("a", "", "a"), "PUSH", "OURS_CHANGED"),
    ("STOCK", EVERY, ("5", "4", "5"), "PUSH", "OURS_CHANGED"),
    ("STOCK", (DB, TIMESTAMP), ("5", "5", "4"), "PUSH", "LEDGER_WINS"),
    ("STOCK", (ALLEGRO,), ("5", "5", "4"), "PULL", "THEIRS_CHANGED"),
    ("STOCK", (MANUAL,), ("5", "5", "4"), "CONFLICT", "STOCK_MOVED_THERE"),
    # Both moved, or nothing was ever agreed upon.
    ("TITLE", (DB,), ("a", "b", "c"), "PUSH", "OURS_WINS"),
    ("TITLE", (DB,), (None, "b", "c"), "PUSH", "OURS_WINS"),
    ("TITLE", (ALLEGRO,), ("a", "b", "c"), "PULL", "ALLEGRO_WINS"),
    ("TITLE", (ALLEGRO,), (None, "b", "c"), "PULL", "ALLEGRO_WINS"),
    ("TITLE", (MANUAL,), ("a", "b", "c"), "CONFLICT", "BOTH_CHANGED"),
    ("TITLE", (MANUAL,), (None, "b", "c"), "CONFLICT", "BOTH_CHANGED"),
    ("TITLE", (TIMESTAMP,), ("a", "b", "c"), "CONFLICT", "TIMES_UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "strategies", "values", "action", "reason"), TABLE)
def test_what_moved_decides(
    field: str,
    strategies: tuple[ConflictStrategy, ...],
    values: tuple[str | None, ...],
    action: str,
    reason: str,
) -> None:
    for strategy in strategies:
        found = _decide(field, strategy, *values)
        assert (found.action, found.reason) == (action, reason)
        written = {"PUSH": values[1], "PULL": values[2], "AGREE": values[1]}
        assert found.value == written.get(action)


@pytest.mark.parametrize(
    ("ours_at", "theirs_at", "action", "reason"),
    [
        (LATE, EARLY, "PUSH", "OURS_NEWER"),
        (EARLY, LATE, "PULL", "ALLEGRO_NEWER"),
        (EARLY, EARLY, "CONFLICT", "TIMES_UNKNOWN"),
        (None, LATE, "CONFLICT", "TIMES_UNKNOWN"),
        (LATE, None, "CONFLICT", "TIMES_UNKNOWN"),
    ],
)
def test_the_newer_change_wins_where_both_times_are_known(
    ours_at: datetime | None, theirs_at: datetime | None, action: str, reason: str
) -> None:
    found = _decide("TITLE", TIMESTAMP, "a", "b", "c", ours_at=ours_at, theirs_at=theirs_at)
    assert (found.action, found.reason) == (action, reason)


P100, P120, P90 = "100.00 PLN", "120.00 PLN", "90.00 PLN"


@pytest.mark.parametrize(
    ("values", "more", "action", "reason", "brake"),
    [
        ((P100, P120, P100), {"may_raise": False}, "NOTHING", "MAY_NOT_RAISE", None),
        ((P100, P120, P100), {"may_lower": False}, "PUSH", "OURS_CHANGED", None),
        ((P100, P90, P100), {"may_lower": False}, "NOTHING", "MAY_NOT_LOWER", None),
        ((P100, P90, P100), {"may_raise": False}, "PUSH", "OURS_CHANGED", None),
        # What Allegro's panel changed is not ours to forbid.
        ((P100, P100, P120), {"may_raise": False}, "PULL", "THEIRS_CHANGED", None),
        ((P100, P120, P100), {"max_change_percent": 20}, "PUSH", "OURS_CHANGED", None),
        ((P100, P120, P100), {"max_change_percent": 19}, "PUSH", "OURS_CHANGED", "PRICE"),
        ((P100, P100, P120), {"max_change_percent": 19}, "PULL", "THEIRS_CHANGED", "PRICE"),
        # The replaced value measures: from 120 down to 100 is 16.7 %.
        ((P120, P100, P120), {"max_change_percent": 17}, "PUSH", "OURS_CHANGED", None),
        (("0.00 PLN", "0.01 PLN", "0.00 PLN"), {"max_change_percent": 50}, "PUSH", "OURS_CHANGED",
         "PRICE"),
        ((P100, "120.00 CZK", P100), {}, "NOTHING", "OTHER_CURRENCY", None),
        ((P100, P120, P90), {"max_change_percent": 1}, "CONFLICT", "BOTH_CHANGED", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["PRICE", price_field("allegro-cz")])
def test_prices_are_guarded(
    field: str,
    values: tuple[str, ...],
    more: dict[str, Any],
    action: str,
    reason: str,
    brake: str | None,
) -> None:
    found = _decide(field, MANUAL, *values, **more)
    assert (found.action, found.reason, found.brake) == (action, reason, brake)


@pytest.mark.parametrize(
    ("values", "more", "reason"),
    [
        (("a", "b", "a"), {"enabled": False}, "FIELD_OFF"),
        (("a", "b", "a"), {"stop": FieldReason.SWITCHED_OFF}, "SWITCHED_OFF"),
        (("a", "b", "a"), {"stop": FieldReason.STOPPED, "pushes": False}, "STOPPED"),
        (("a", "b", "a"), {"pushes": False}, "WAITS_FOR_PUSH"),
        (("a", "a", "b"), {"pulls": False}, "WAITS_FOR_PULL"),
        (("a", "b", "a"), {"undone_ours": "b"}, "TAKEN_BACK"),
        (("a", "a", "b"), {"undone_theirs": "b"}, "TAKEN_BACK"),
    ],
)
def test_what_is_not_written_says_why(
    values: tuple[str, ...], more: dict[str, Any], reason: str
) -> None:
    found = _decide("TITLE", MANUAL, *values, **more)
    assert (found.action, found.reason, found.value) == ("NOTHING", reason, None)


def test_a_stop_of_writing_neither_hides_a_conflict_nor_keeps_from_taking() -> None:
    stopped = {"stop": FieldReason.STOPPED}
    assert _decide("TITLE", MANUAL, "a", "b", "c", **stopped).action == "CONFLICT"
    assert _decide("TITLE", MANUAL, "a", "a", "b", **stopped).action == "PULL"


VALUES = st.sampled_from([None, "1.00 PLN", "2.00 PLN", "3.00 PLN"])
MOMENTS = st.sampled_from([None, EARLY, LATE])


@given(
    field=st.sampled_from(["PRICE", "TITLE"]),
    values=st.tuples(VALUES, VALUES, VALUES),
    times=st.tuples(MOMENTS, MOMENTS),
    strategy=st.sampled_from(EVERY),
)
def test_no_value_is_written_that_neither_side_has(
    field: str, values: Any, times: Any, strategy: ConflictStrategy
) -> None:
    base, ours, theirs = values
    found = _decide(field, strategy, *values, ours_at=times[0], theirs_at=times[1])
    assert (
        found.value
        in {
            PlanAction.PUSH: {ours},
            PlanAction.PULL: {theirs},
            PlanAction.AGREE: {ours, theirs},
            PlanAction.CONFLICT: {None},
            PlanAction.NOTHING: {None},
        }[found.action]
    )
    if found.action == PlanAction.PUSH and strategy != ConflictStrategy.DB_WINS:
        assert theirs == base or strategy == ConflictStrategy.TIMESTAMP
    if found.action in (PlanAction.PUSH, PlanAction.PULL):
        # Once written and agreed upon there is nothing left to do.
        after = _decide(field, strategy, found.value, found.value, found.value)
        assert after.reason == FieldReason.IN_STEP


def test_every_reason_has_words_and_what_a_person_can_change_has_a_remedy() -> None:
    assert set(_WORDS) == set(FieldReason)
    for code in FieldReason.values:
        words = reason_in_words(code)
        assert words.code == code
        assert words.text.endswith(".")
        assert words.label
        if words.tone == "warn" and code != FieldReason.DROPPED:
            assert words.remedy, code
    assert reason_in_words("OF_A_LATER_VERSION").label == "OF_A_LATER_VERSION"


def test_the_table_speaks_of_every_field_and_action() -> None:
    said = {row[3] for row in TABLE}
    assert said == set(PlanAction.values)
    spoken = set(itertools.chain((row[0] for row in TABLE), [Field.PRICE, Field.IMAGES, "STATUS"]))
    assert spoken == set(Field.values)
    assert {one.value for one in RunBrakeKind} >= {"PRICE"}
