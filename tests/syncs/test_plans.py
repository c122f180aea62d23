"""Runs that plan: what each kind makes of fields that moved, shown first, and carried out once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from offers.enums import PushReason
from offers.models import FieldState, OwnValue, ValuePush
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import Conflict, PlannedChange, SyncRun
from syncs.operations.plans import PlanNotApplicable, apply_plan
from syncs.queries.plans.rows import change_view, changes_of
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


def test_an_account_in_step_has_an_empty_plan(account: Integration) -> None:
    run = planned(account)
    assert (run.state, run.scanned, plan_of(run)) == ("DONE", 0, {})
    assert run.nothing_changed


def test_what_moved_here_is_sent_with_what_it_replaces_and_then_agreed_upon(
    account: Integration,
) -> None:
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    run = planned(account, SyncKind.PUSH)
    assert (run.state, run.position["phase"]) == ("PENDING", "wait")
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "SENT"): 1}
    push = push_of(first)
    assert (push.value, push.expected, push.run_id) == (P110, P100, run.pk)
    assert not ValuePush.objects.filter(offer=second).exists()
    arrive(account)
    run = finished(run)
    change = change_of(run, first)
    assert (run.state, run.updated, run.failed) == ("DONE", 1, 0)
    assert (change.state, change.former, change.value) == ("DONE", P100, P110)
    assert sides(first) == (P110, P110, P110)
    assert planned(account).nothing_changed


def test_what_moved_there_is_taken_and_then_agreed_upon(account: Integration) -> None:
    first, *_others = offers_of(account)
    set_theirs(first, P120)
    run = planned(account, SyncKind.PULL)
    assert run.state == "DONE"
    assert plan_of(run) == {("PULL", "THEIRS_CHANGED", "DONE"): 1}
    assert change_of(run, first).former == P100
    assert sides(first) == (P120, P120, P120)
    assert not ValuePush.objects.exists()
    assert planned(account).nothing_changed


def test_a_run_in_one_direction_says_what_waits_for_the_other(account: Integration) -> None:
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    set_theirs(second, P120)
    run = planned(account, SyncKind.PULL)
    assert plan_of(run) == {
        ("NOTHING", "WAITS_FOR_PUSH", "SKIPPED"): 1,
        ("PULL", "THEIRS_CHANGED", "DONE"): 1,
    }
    assert state_of(first).decision == "WAITS_FOR_PUSH"


def test_a_dry_run_writes_nothing_anywhere(account: Integration) -> None:
    first, second, third = offers_of(account)
    set_price(first, "110.00")
    set_theirs(second, P120)
    set_price(third, "110.00")
    set_theirs(third, P120)
    FieldState.objects.filter(offer=first, field="TITLE").update(base=None)
    before = list(FieldState.objects.order_by("pk").values_list("pk", "base", "ours", "theirs"))
    run = planned(account, mode=SyncMode.DRY_RUN)
    assert (run.state, run.planned) == ("DONE", 3)
    assert plan_of(run) == {
        ("PUSH", "OURS_CHANGED", "PLANNED"): 1,
        ("PULL", "THEIRS_CHANGED", "PLANNED"): 1,
        ("CONFLICT", "BOTH_CHANGED", "PLANNED"): 1,
    }
    after = list(FieldState.objects.order_by("pk").values_list("pk", "base", "ours", "theirs"))
    assert after == before
    for table in (ValuePush, OwnValue, Conflict):
        assert not table.objects.exists()


def test_a_shown_plan_is_carried_out_where_nothing_moved_since(
    account: Integration, owner: Any
) -> None:
    first, second, third = offers_of(account)
    for offer in (first, second):
        set_price(offer, "110.00")
    set_theirs(third, P120)
    run = planned(account, mode=SyncMode.DRY_RUN)
    set_price(second, "115.00")
    apply_plan(run=run, actor=owner, now=timezone.now())
    run = worked(run)
    assert (run.mode, run.applied_by) == ("APPLY", owner)
    assert change_of(run, second).outcome == "CHANGED_SINCE"
    assert plan_of(run) == {
        ("PUSH", "OURS_CHANGED", "SENT"): 1,
        ("PUSH", "OURS_CHANGED", "CHANGED"): 1,
        ("PULL", "THEIRS_CHANGED", "DONE"): 1,
    }
    with pytest.raises(PlanNotApplicable):
        apply_plan(run=run, actor=owner, now=timezone.now())
    assert set(ValuePush.objects.values_list("offer_id", flat=True)) == {first.pk}


def test_what_both_sides_have_alike_is_agreed_upon_without_a_line(account: Integration) -> None:
    first, *_others = offers_of(account)
    set_price(first, "110.00")
    set_theirs(first, P110)
    run = planned(account, SyncKind.PUSH)
    assert (run.state, run.agreed, plan_of(run)) == ("DONE", 1, {})
    assert sides(first) == (P110, P110, P110)


def test_a_switch_thrown_after_the_plan_is_heeded_when_it_is_carried_out(
    account: Integration, owner: Any
) -> None:
    first, *_others = offers_of(account)
    set_price(first, "110.00")
    run = planned(account, mode=SyncMode.DRY_RUN)
    Integration.objects.update(may_write_price=False)
    apply_plan(run=run, actor=owner, now=timezone.now())
    run = worked(run)
    change = change_of(run, first)
    assert (run.state, change.state, change.outcome) == ("DONE", "SKIPPED", "SWITCHED_OFF")
    assert not ValuePush.objects.exists()
    assert plan_of(planned(account)) == {("NOTHING", "SWITCHED_OFF", "SKIPPED"): 1}


@pytest.mark.parametrize(
    ("reason", "state", "ended", "outcome"),
    [
        (PushReason.EQUAL, "DONE", "DONE", ""),
        (PushReason.CHANGED_MEANWHILE, "DONE", "CHANGED", "CHANGED_SINCE"),
        (PushReason.REFUSED, "WAITING_FOR_PERSON", "FAILED", "REFUSED"),
        (PushReason.GONE, "DEAD", "FAILED", "GONE"),
        (PushReason.AWAY, "DEAD", "FAILED", "FAILED"),
    ],
)
def test_a_change_ends_as_its_write_ended(
    account: Integration, reason: PushReason, state: str, ended: str, outcome: str
) -> None:
    first, *_others = offers_of(account)
    set_price(first, "110.00")
    run = planned(account, SyncKind.PUSH)
    ValuePush.objects.update(last_error="said Allegro")
    arrive(account, reason, WorkState(state))
    run = finished(run)
    change = change_of(run, first)
    assert (run.state, change.state, change.outcome) == ("DONE", ended, outcome)
    assert ("said Allegro" in change.message) == (ended != "DONE")
    assert (state_of(first).base == P110) == (ended == "DONE")


def test_a_value_on_its_way_is_not_sent_twice_and_a_newer_one_replaces_it(
    account: Integration,
) -> None:
    first, *_others = offers_of(account)
    set_price(first, "110.00")
    run = planned(account, SyncKind.PUSH)
    SyncRun.objects.filter(pk=run.pk).update(state="DONE")
    again = planned(account, SyncKind.PUSH)
    assert plan_of(again) == {("NOTHING", "ON_ITS_WAY", "SKIPPED"): 1}
    assert push_of(first).wish == 1
    set_price(first, "115.00")
    newer = planned(account, SyncKind.PUSH)
    assert plan_of(newer) == {("PUSH", "OURS_CHANGED", "SENT"): 1}
    arrive(account)
    assert change_of(run, first).state == "CHANGED"
    assert change_of(newer, first).state == "DONE"
    assert sides(first) == ("115.00 PLN",) * 3


def test_every_line_of_a_plan_has_words(account: Integration) -> None:
    first, second, _third = offers_of(account)
    set_price(first, "110.00")
    set_theirs(second, P120)
    run = planned(account, SyncKind.PUSH)
    views = [change_view(one) for one in changes_of(run=run)]
    assert len(views) == PlannedChange.objects.filter(run=run).count() == 2
    assert all(view.words.text and view.words.label for view in views)
