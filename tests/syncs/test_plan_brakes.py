"""The brakes of runs: what they hold, what they say, and what releasing or dropping does."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from allegro_hub.queries.attention import what_needs_you
from notifications.models import Notification
from offers.models import FieldState, ValuePush
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import PlannedChange, RunBrake, SyncRun
from syncs.operations.plans import BrakeDecided, apply_plan, drop_brakes, release_brakes
from tests.syncs.factories import PlannedChangeFactory
from tests.syncs.planning import (
    account_in_step,
    arrive,
    change_of,
    finished,
    offers_of,
    plan_of,
    planned,
    rule,
    set_price,
    set_theirs,
    state_of,
    worked,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Any, owner: Any, away: None) -> Integration:
    """Ten offers; a run may change up to 30 % of them, and always four."""
    return account_in_step(
        organization, 10, brake_changed_minimum=4, brake_changed_percent=30, brake_minimum=4
    )


def _move(account: Integration, number: int) -> None:
    for offer in offers_of(account)[:number]:
        set_price(offer, "105.00")


def _home(account: Integration, owner: Any) -> list[dict[str, Any]]:
    return what_needs_you(
        organization=account.organization, user=owner, integrations=[], now=timezone.now()
    )


def test_up_to_the_share_a_run_just_runs(account: Integration) -> None:
    _move(account, 3)
    assert plan_of(planned(account, SyncKind.PUSH)) == {("PUSH", "OURS_CHANGED", "SENT"): 3}
    assert not RunBrake.objects.exists()


def test_beyond_it_everything_waits_for_a_person_who_is_told_with_numbers(
    account: Integration, owner: Any
) -> None:
    _move(account, 4)
    run = planned(account, SyncKind.PUSH)
    assert (run.state, run.claimed_until) == ("WAITING_FOR_PERSON", None)
    assert "4" in run.stop_reason
    brake = RunBrake.objects.get()
    assert (brake.kind, brake.count, brake.total, brake.limit) == ("CHANGED", 4, 10, 30)
    assert not ValuePush.objects.exists()
    notice = Notification.objects.get(event="sync.brake")
    assert (notice.severity, notice.user) == ("danger", owner)
    [entry] = _home(account, owner)
    assert entry["tone"] == "danger"
    assert entry["detail"] == run.stop_reason
    assert entry["action_url"].endswith(f"/{run.pk}/")


def test_releasing_lets_it_go_once(account: Integration, owner: Any) -> None:
    _move(account, 4)
    run = planned(account, SyncKind.PUSH)
    assert release_brakes(run=run, actor=owner, now=timezone.now()) == 4
    run = worked(run)
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "SENT"): 4}
    arrive(account)
    assert finished(run).state == "DONE"
    assert RunBrake.objects.get().decided_by == owner
    assert _home(account, owner) == []
    with pytest.raises(BrakeDecided):
        release_brakes(run=run, actor=owner, now=timezone.now())
    assert planned(account).nothing_changed


def test_dropping_writes_nothing_and_the_next_run_asks_again(
    account: Integration, owner: Any
) -> None:
    _move(account, 4)
    run = planned(account, SyncKind.PUSH)
    assert drop_brakes(run=run, actor=owner, now=timezone.now()) == 4
    run = worked(run)
    assert (run.state, plan_of(run)) == ("DONE", {("PUSH", "OURS_CHANGED", "SKIPPED"): 4})
    assert set(PlannedChange.objects.values_list("outcome", flat=True)) == {"DROPPED"}
    assert not ValuePush.objects.exists()
    assert planned(account, SyncKind.PUSH).state == "WAITING_FOR_PERSON"


def test_a_newer_run_takes_over_what_waits(account: Integration, owner: Any) -> None:
    _move(account, 4)
    old = planned(account, SyncKind.PUSH)
    new = planned(account, SyncKind.PUSH)
    old.refresh_from_db()
    assert (old.state, new.state) == ("DONE", "WAITING_FOR_PERSON")
    assert plan_of(old) == {("PUSH", "OURS_CHANGED", "SKIPPED"): 4}
    assert set(old.changes.values_list("outcome", flat=True)) == {"SUPERSEDED"}
    with pytest.raises(BrakeDecided):
        release_brakes(run=old, actor=owner, now=timezone.now())
    [entry] = _home(account, owner)
    assert entry["action_url"].endswith(f"/{new.pk}/")


def test_one_large_step_of_a_price_waits_and_stops_no_other(
    account: Integration, owner: Any
) -> None:
    first, second, *_others = offers_of(account)
    rule(account, "PRICE", max_change_percent=20)
    set_price(first, "12.00")
    set_price(second, "105.00")
    run = planned(account, SyncKind.PUSH)
    assert run.state == "WAITING_FOR_PERSON"
    assert (change_of(run, first).state, change_of(run, first).brake) == ("PLANNED", "PRICE")
    assert change_of(run, second).state == "SENT"
    brake = RunBrake.objects.get()
    assert (brake.kind, brake.count, brake.limit) == ("PRICE", 1, 20)
    release_brakes(run=run, actor=owner, now=timezone.now())
    run = worked(run)
    assert change_of(run, first).state == "SENT"


def test_taking_many_values_from_allegro_waits_as_well(account: Integration) -> None:
    for offer in offers_of(account)[:4]:
        set_theirs(offer, "99.00 PLN")
    run = planned(account, SyncKind.PULL)
    assert (run.state, RunBrake.objects.get().kind) == ("WAITING_FOR_PERSON", "CHANGED")
    assert state_of(offers_of(account)[0]).ours == "100.00 PLN"


def _empty(account: Integration, number: int) -> None:
    """Our stock of so many offers is gone; they show five pieces."""
    for offer in offers_of(account)[:number]:
        FieldState.objects.update_or_create(
            offer=offer,
            field="STOCK",
            defaults={
                "organization": account.organization,
                "integration": account,
                "base": "5",
                "ours": "0",
                "theirs": "5",
            },
        )


def test_many_zeros_wait(account: Integration) -> None:
    _empty(account, 4)
    run = planned(account, SyncKind.PUSH)
    brake = RunBrake.objects.get()
    assert (run.state, brake.kind, brake.count, brake.total) == (
        "WAITING_FOR_PERSON", "ZEROS", 4, 10,
    )  # fmt: skip


def test_offers_ended_are_counted_by_the_day(account: Integration) -> None:
    first, second, third, *_others = offers_of(account)
    Integration.objects.update(brake_ended_per_day=2)
    account.refresh_from_db()
    PlannedChangeFactory.create(
        run__integration=account, run__kind="PUSH", offer=third, field="STATUS", value="ENDED",
        state="DONE", sent_at=timezone.now(),
    )  # fmt: skip
    for offer in (first, second):
        FieldState.objects.update_or_create(
            offer=offer,
            field="STATUS",
            defaults={
                "organization": account.organization,
                "integration": account,
                "base": "ACTIVE",
                "ours": "ENDED",
                "theirs": "ACTIVE",
            },
        )
    run = planned(account, SyncKind.PUSH)
    brake = RunBrake.objects.get()
    assert (run.state, brake.kind, brake.count, brake.total, brake.limit) == (
        "WAITING_FOR_PERSON", "ENDED", 2, 3, 2,
    )  # fmt: skip


def test_a_shown_plan_shows_its_brakes_and_asks_when_it_is_carried_out(
    account: Integration, owner: Any
) -> None:
    _move(account, 4)
    run = planned(account, SyncKind.PUSH, SyncMode.DRY_RUN)
    assert (run.state, RunBrake.objects.get().kind) == ("DONE", "CHANGED")
    assert not Notification.objects.filter(event="sync.brake").exists()
    apply_plan(run=run, actor=owner, now=timezone.now())
    run = worked(run)
    assert run.state == "WAITING_FOR_PERSON"
    assert not ValuePush.objects.exists()


def test_offers_a_person_chose_are_meant(account: Integration) -> None:
    _move(account, 4)
    chosen = [one.pk for one in offers_of(account)[:4]]
    run = planned(account, SyncKind.PUSH, offer_ids=chosen)
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "SENT"): 4}
    assert SyncRun.objects.get(pk=run.pk).scope == "OFFERS"
