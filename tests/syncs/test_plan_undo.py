"""Runs taken back, and runs over what failed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from offers.enums import PushReason
from offers.models import FieldState, ValuePush
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import SyncRun
from syncs.operations.plans import (
    NothingToRetry,
    NothingToUndo,
    apply_plan,
    retry_failed,
    undo_run,
)
from tests.syncs.factories import PlannedChangeFactory
from tests.syncs.planning import (
    account_in_step,
    arrive,
    change_of,
    finished,
    offers_of,
    plan_of,
    planned,
    push_of,
    set_price,
    set_theirs,
    sides,
    state_of,
    worked,
)

pytestmark = pytest.mark.django_db
P100, P110, P120 = "100.00 PLN", "110.00 PLN", "120.00 PLN"


@pytest.fixture
def account(organization: Any, away: None) -> Integration:
    return account_in_step(organization)


@pytest.fixture
def done(account: Integration) -> SyncRun:
    """A run that sent the first offer's price and took the second's."""
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    set_theirs(second, P120)
    run = planned(account)
    arrive(account)
    return finished(run)


def _shown(run: SyncRun, actor: Any) -> SyncRun:
    return worked(undo_run(run=run, actor=actor, now=timezone.now()))


def _carried(run: SyncRun, actor: Any) -> SyncRun:
    apply_plan(run=run, actor=actor, now=timezone.now())
    worked(run)
    arrive(run.integration)
    return finished(run)


def test_taking_back_is_shown_first_and_writes_nothing(
    account: Integration, done: SyncRun, owner: Any
) -> None:
    first, second, _third = offers_of(account)
    shown = _shown(done, owner)
    assert (shown.mode, shown.scope, shown.former, shown.state) == ("DRY_RUN", "UNDO", done, "DONE")
    assert plan_of(shown) == {
        ("PUSH", "UNDONE", "PLANNED"): 1,
        ("PULL", "UNDONE", "PLANNED"): 1,
    }
    assert (change_of(shown, first).value, change_of(shown, second).value) == (P100, P100)
    assert (sides(first), sides(second)) == ((P110,) * 3, (P120,) * 3)


def test_taken_back_both_sides_have_their_former_values_and_keep_them(
    account: Integration, done: SyncRun, owner: Any
) -> None:
    first, second, _third = offers_of(account)
    undone = _carried(_shown(done, owner), owner)
    assert plan_of(undone) == {("PUSH", "UNDONE", "DONE"): 1, ("PULL", "UNDONE", "DONE"): 1}
    assert sides(first) == (P100, P110, P100)
    assert sides(second) == (P100, P100, P120)
    again = planned(account)
    assert plan_of(again) == {("NOTHING", "TAKEN_BACK", "SKIPPED"): 2}
    # Another value goes its way again, and then nothing is left of it.
    set_price(first, "115.00")
    set_theirs(second, "125.00 PLN")
    run = planned(account)
    arrive(account)
    finished(run)
    assert (sides(first), sides(second)) == (("115.00 PLN",) * 3, ("125.00 PLN",) * 3)
    assert not FieldState.objects.exclude(undone_ours=None, undone_theirs=None).exists()


def test_what_moved_since_is_left_with_a_reason(
    account: Integration, done: SyncRun, owner: Any
) -> None:
    first, second, _third = offers_of(account)
    set_theirs(first, "99.00 PLN")
    set_price(second, "101.00")
    shown = _shown(done, owner)
    assert plan_of(shown) == {
        ("PUSH", "UNDONE", "SKIPPED"): 1,
        ("PULL", "UNDONE", "SKIPPED"): 1,
    }
    assert {one.outcome for one in shown.changes.all()} == {"CHANGED_SINCE"}


def test_what_moves_between_showing_and_carrying_out_is_left_too(
    account: Integration, done: SyncRun, owner: Any
) -> None:
    first, second, _third = offers_of(account)
    shown = _shown(done, owner)
    set_theirs(first, "99.00 PLN")
    run = _carried(shown, owner)
    assert change_of(run, first).state == "CHANGED"
    assert change_of(run, second).state == "DONE"
    assert state_of(first).theirs == "99.00 PLN"


def test_old_stock_is_not_put_back(account: Integration, owner: Any) -> None:
    first, *_others = offers_of(account)
    written = PlannedChangeFactory.create(
        run__integration=account, offer=first, field="STOCK", former="9", value="5", state="DONE"
    )
    FieldState.objects.update_or_create(
        offer=first,
        field="STOCK",
        defaults={
            "organization": account.organization,
            "integration": account,
            "base": "5",
            "ours": "5",
            "theirs": "5",
        },
    )
    shown = _shown(written.run, owner)
    assert change_of(shown, first, "STOCK").outcome == "STOCK_IS_COUNTED"


def test_there_may_be_nothing_to_take_back(account: Integration, done: SyncRun, owner: Any) -> None:
    empty = planned(account)
    undone = _carried(_shown(done, owner), owner)
    for run in (empty, undone):
        with pytest.raises(NothingToUndo):
            undo_run(run=run, actor=owner, now=timezone.now())


def test_only_what_failed_is_tried_again(account: Integration, owner: Any) -> None:
    first, second, third = offers_of(account)
    for offer in (first, second):
        set_price(offer, "110.00")
    run = planned(account, SyncKind.PUSH)
    ValuePush.objects.filter(offer=second).update(state="DONE", reason="SENT")
    set_theirs(second, P110)
    arrive(account, PushReason.REFUSED, WorkState.WAITING_FOR_PERSON)
    run = finished(run)
    assert plan_of(run) == {
        ("PUSH", "OURS_CHANGED", "FAILED"): 1,
        ("PUSH", "OURS_CHANGED", "DONE"): 1,
    }
    assert run.failed == 1
    set_price(third, "110.00")
    again = retry_failed(run=run, actor=owner, now=timezone.now())
    assert (again.scope, again.former, again.mode) == ("FAILED", run, SyncMode.APPLY)
    worked(again)
    assert [one.offer_id for one in again.changes.all()] == [first.pk]
    assert (push_of(first).run_id, push_of(first).wish) == (again.pk, 2)
    arrive(account)
    assert finished(again).updated == 1
    assert sides(first) == (P110,) * 3
    with pytest.raises(NothingToRetry):
        retry_failed(run=again, actor=owner, now=timezone.now())


def test_a_value_that_stood_there_before_it_was_sent_is_not_taken_back(
    account: Integration, owner: Any
) -> None:
    """Somebody set the same price at Allegro while the run was under way: it is theirs to keep."""
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    set_price(second, "120.00")
    run = planned(account)
    push_of(second).delete()
    arrive(account)
    assert _is_done(run, first)
    other = planned(account)
    arrive(account, reason=PushReason.EQUAL)
    set_theirs(second, P120)
    finished(other)
    assert (change_of(other, second).state, change_of(other, second).former) == ("DONE", P120)
    with pytest.raises(NothingToUndo):
        undo_run(run=other, actor=owner, now=timezone.now())


def _is_done(run: SyncRun, offer: Any) -> bool:
    finished(run)
    return change_of(run, offer).state == "DONE"
