"""What the clock starts: stock that differs is sent again, old runs are forgotten."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.models import OfferPush
from settings_app.models import FieldRule
from settings_app.operations import update_organization_settings
from settings_app.schedules import plans
from syncs import tasks
from syncs.models import Conflict, SyncItem, SyncRun
from tests.factories import IntegrationFactory
from tests.offers.factories import FieldStateFactory
from tests.syncs.factories import ConflictFactory, SyncItemFactory, SyncRunFactory


@pytest.fixture
def account(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, may_write_stock=True)


def stock(account: Any, ours: str | None, theirs: str | None) -> int:
    state = FieldStateFactory(
        offer__integration=account, field="STOCK", ours=ours, theirs=theirs, base=theirs
    )
    return int(state.offer_id)


def by_the_clock(account: Any, what: str) -> None:
    """Run the task of beat's row, as beat would."""
    plan = next(one for one in plans(account) if one.name.endswith(f": {what}"))
    getattr(tasks, plan.task.split(".")[1]).apply(kwargs=json.loads(plan.kwargs)).get()


def test_stock_that_differs_is_sent_again(account: Any) -> None:
    differs = stock(account, "3", "5")
    for ours, theirs in (("4", "4"), (None, "5"), ("5", None)):
        stock(account, ours, theirs)

    by_the_clock(account, "stock")

    assert [(push.offer_id, push.cause) for push in OfferPush.objects.all()] == [
        (differs, "DIFFERENCE")
    ]
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("off", ["switch", "rule"])
def test_stock_that_is_not_kept_in_step_is_left(account: Any, off: str) -> None:
    stock(account, "3", "5")
    if off == "switch":
        type(account).objects.update(may_write_stock=False)
    else:
        FieldRule.objects.create(
            organization=account.organization, integration=account, field="STOCK", enabled=False
        )

    by_the_clock(account, "stock")

    assert not OfferPush.objects.exists()


def test_old_runs_go_and_what_the_next_run_needs_stays(account: Any, owner: Any) -> None:
    now = timezone.now()
    update_organization_settings(
        organization=account.organization, values={"keep_runs_days": 30}, actor=owner, now=now
    )
    old, older = now - timedelta(days=31), now - timedelta(days=400)
    forgotten = SyncRunFactory(integration=account, finished_at=old, requested_at=old)
    SyncItemFactory(run=forgotten)
    first = SyncRunFactory(
        integration=account,
        kind="PULL_ORDERS",
        finished_at=older,
        requested_at=older,
        position={"mode": "backfill"},
    )
    waiting = SyncRunFactory(integration=account, state="WAITING_FOR_PERSON", requested_at=older)
    newest = [SyncRunFactory(integration=account, finished_at=old) for _ in range(9)]
    SyncRunFactory.create_batch(10, integration=account, kind="PULL_ORDERS", finished_at=old)

    by_the_clock(account, "cleanup")

    left = set(SyncRun.objects.values_list("pk", flat=True))
    assert forgotten.pk not in left
    assert {first.pk, waiting.pk, *(run.pk for run in newest)} <= left
    assert not SyncItem.objects.exists()


def test_settled_conflicts_are_forgotten_and_open_ones_never(account: Any, owner: Any) -> None:
    now = timezone.now()
    old = now - timedelta(days=100)
    ConflictFactory(offer__integration=account, state="RESOLVED", resolved_at=old)
    kept = {
        ConflictFactory(offer__integration=account, opened_at=old).pk,
        ConflictFactory(offer__integration=account, state="RESOLVED", resolved_at=now).pk,
    }

    by_the_clock(account, "cleanup")

    assert set(Conflict.objects.values_list("pk", flat=True)) == kept
