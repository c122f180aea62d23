"""Runs that plan, with workers killed between any two steps, and several of them at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.work import claim_due
from offers.models import OfferPush, ValuePush
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode, SyncTrigger
from syncs.models import SyncRun
from syncs.operations import start_run
from syncs.operations.plans import RunUnderWay, start_plan, work_on_plan
from tests.syncs.planning import (
    account_in_step,
    arrive,
    finished,
    offers_of,
    plan_of,
    planned,
    set_price,
    set_theirs,
    sides,
    worked,
)
from tests.syncs.stepping import one_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Any, away: None) -> Integration:
    """Six offers: two to be sent, two to be taken, two in conflict."""
    made = account_in_step(organization, 6)
    for number, offer in enumerate(offers_of(made)):
        if number % 3 != 1:
            set_price(offer, "110.00")
        if number % 3 != 0:
            set_theirs(offer, "120.00 PLN")
    return made


def test_killed_after_every_single_step_each_change_is_made_once(account: Integration) -> None:
    run = start_plan(
        integration=account,
        kind=SyncKind.PUSH,
        mode=SyncMode.APPLY,
        actor=None,
        now=timezone.now(),
    )
    SyncRun.objects.filter(pk=run.pk).update(kind="BOTH", position={"phase": "plan"})
    steps = 0
    while one_step(run):
        steps += 1
        assert steps < 100
    assert steps > 10
    run.refresh_from_db()
    assert plan_of(run) == {
        ("PUSH", "OURS_CHANGED", "SENT"): 2,
        ("PULL", "THEIRS_CHANGED", "DONE"): 2,
        ("CONFLICT", "BOTH_CHANGED", "DONE"): 2,
    }
    assert set(ValuePush.objects.values_list("wish", flat=True)) == {1}
    arrive(account)
    run = finished(run)
    assert (run.state, run.planned, run.updated) == ("DONE", 6, 6)


def test_a_step_whose_claim_was_lost_is_not_kept(account: Integration) -> None:
    run = start_plan(
        integration=account, kind=SyncKind.PUSH, mode=SyncMode.APPLY, actor=None, now=timezone.now()
    )
    [claim] = claim_due(SyncRun.objects.filter(pk=run.pk), now=timezone.now())
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(RuntimeError, match="no longer ours"):
        work_on_plan(claim, None, timezone.now())  # type: ignore[arg-type]
    assert not run.changes.exists()
    assert not ValuePush.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "stands_in_the_way"),
    [
        ("PUSH", "PUSH", True),
        ("PUSH", "BOTH", True),
        ("BOTH", "PULL", True),
        ("PULL", "BOTH", True),
        ("PUSH", "PULL", False),
    ],
)
def test_one_open_run_in_each_direction(
    account: Integration, first: str, second: str, stands_in_the_way: bool
) -> None:
    def start(kind: str) -> SyncRun:
        return start_plan(
            integration=account,
            kind=SyncKind(kind),
            mode=SyncMode.APPLY,
            actor=None,
            now=timezone.now(),
        )

    start(first)
    if not stands_in_the_way:
        assert start(second).kind == second
        return
    with pytest.raises(RunUnderWay) as refused:
        start(second)
    assert refused.value.remedy
    assert SyncRun.objects.filter(integration=account).count() == 1


def test_a_schedule_is_answered_by_a_run_both_ways(account: Integration) -> None:
    def by_schedule(kind: SyncKind) -> SyncRun:
        return start_run(
            integration=account,
            kind=kind,
            trigger=SyncTrigger.SCHEDULE,
            actor=None,
            now=timezone.now(),
        )

    both = by_schedule(SyncKind.BOTH)
    assert by_schedule(SyncKind.PUSH) == by_schedule(SyncKind.PULL) == both


def test_one_product_is_synced_beside_a_run_of_the_account(account: Integration) -> None:
    first, *_others = offers_of(account)
    open_run = start_plan(
        integration=account, kind=SyncKind.BOTH, mode=SyncMode.APPLY, actor=None, now=timezone.now()
    )
    SyncRun.objects.filter(pk=open_run.pk).update(
        next_attempt_at=timezone.now() + timedelta(hours=1)
    )
    product = first.links.get().product
    run = planned(account, SyncKind.PUSH, product=product)
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "SENT"): 1}
    with pytest.raises(RunUnderWay):
        planned(account, SyncKind.PUSH, product=product)
    SyncRun.objects.filter(pk=open_run.pk).update(
        position={"phase": "plan"}, next_attempt_at=timezone.now()
    )
    both = worked(open_run)
    assert plan_of(both)["NOTHING", "ON_ITS_WAY", "SKIPPED"] == 1
    assert ValuePush.objects.get(offer=first).wish == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_connections_do_each_change_once(account: Integration) -> None:
    kinds = (SyncKind.PUSH, SyncKind.PULL)
    runs = [
        start_plan(
            integration=account, kind=kind, mode=SyncMode.APPLY, actor=None, now=timezone.now()
        )
        for kind in kinds
    ]
    SyncRun.objects.filter(pk__in=[one.pk for one in runs]).update(position={"phase": "plan"})
    together = threading.Barrier(2)

    def work(run: SyncRun) -> None:
        try:
            together.wait(20)
            while one_step(run):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(ValuePush.objects.values_list("wish", flat=True)) == {1}
    arrive(account)
    for offer in offers_of(account)[0::3] + offers_of(account)[1::3]:
        base, ours, theirs = sides(offer)
        assert base == ours == theirs
    assert not OfferPush.objects.exists()
    for run in runs:
        assert finished(run).state == "DONE"
    assert planned(account, SyncKind.BOTH).failed == 0
