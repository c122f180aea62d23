from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from core.models import AuditEntry
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncRun
from syncs.operations import (
    AccountNotWorking,
    RunNotOpen,
    RunNotRepeatable,
    cancel_run,
    retry_run,
    start_pulls,
    start_run,
)
from tests.factories import IntegrationFactory
from tests.syncs.factories import SyncRunFactory


def _start(integration: Any, actor: Any = None) -> SyncRun:
    return start_run(
        integration=integration,
        kind=SyncKind.PULL_OFFERS,
        trigger=SyncTrigger.PERSON,
        actor=actor,
        now=timezone.now(),
    )


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_from_two_connections_make_one_run() -> None:
    integration = IntegrationFactory()
    gate, runs = threading.Barrier(2), []

    def start() -> None:
        gate.wait()
        runs.append(_start(integration).pk)
        connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs) == 2
    assert set(runs) == set(SyncRun.objects.values_list("pk", flat=True))
    assert SyncRun.objects.count() == 1


def test_an_open_run_is_given_back_and_brought_forward(db: None, owner: Any) -> None:
    integration = IntegrationFactory()
    first = _start(integration, owner)
    later = timezone.now() + timezone.timedelta(hours=1)
    SyncRun.objects.update(next_attempt_at=later)
    assert _start(integration, owner) == first
    first.refresh_from_db()
    assert first.next_attempt_at < later
    assert AuditEntry.objects.filter(action="sync.started").count() == 1


def test_kinds_and_accounts_do_not_stand_in_each_others_way(db: None) -> None:
    accounts = [IntegrationFactory(), IntegrationFactory()]
    runs = start_pulls(
        integrations=accounts, trigger=SyncTrigger.PERSON, actor=None, now=timezone.now()
    )
    assert len({run.pk for run in runs}) == 4


@pytest.mark.parametrize("state", ["PAUSED", "NEEDS_REAUTH", "DISABLED", "DISCONNECTED"])
def test_an_account_that_does_not_work_starts_nothing_and_says_why(db: None, state: str) -> None:
    with pytest.raises(AccountNotWorking) as refused:
        _start(IntegrationFactory(state=state))
    assert refused.value.remedy
    assert not SyncRun.objects.exists()


def test_a_run_that_waits_for_a_person_is_given_up_for_a_new_one(db: None) -> None:
    old = SyncRunFactory(state="WAITING_FOR_PERSON")
    new = _start(old.integration)
    old.refresh_from_db()
    assert (old.state, new.state) == ("DEAD", "PENDING")
    assert "newer run" in old.stop_reason


def test_stopping_and_going_on(db: None, owner: Any) -> None:
    run = _start(IntegrationFactory())
    SyncRun.objects.update(position={"offset": 980}, scanned=1000)
    cancel_run(run=run, actor=owner, now=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.stop_reason) == ("DEAD", f"Stopped by {owner.email}.")
    with pytest.raises(RunNotOpen):
        cancel_run(run=run, actor=owner, now=timezone.now())

    again = retry_run(run=run, actor=owner, now=timezone.now())

    assert (again.state, again.stop_reason, again.scanned) == ("PENDING", "", 1000)
    assert again.position == {"offset": 980}
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "sync.cancelled", "sync.retried",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["DONE", "PENDING", "RUNNING"])
def test_only_stopped_runs_go_on(db: None, owner: Any, state: str) -> None:
    run = SyncRunFactory(state=state)
    with pytest.raises(RunNotRepeatable):
        retry_run(run=run, actor=owner, now=timezone.now())
    run.refresh_from_db()
    assert run.state == state


def test_a_stopped_run_does_not_go_on_beside_an_open_one(db: None, owner: Any) -> None:
    stopped = SyncRunFactory(state="DEAD")
    SyncRunFactory(integration=stopped.integration, state="PENDING")
    with pytest.raises(RunNotRepeatable):
        retry_run(run=stopped, actor=owner, now=timezone.now())
    stopped.refresh_from_db()
    assert stopped.state == "DEAD"
