from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from syncs.models import SyncRun
from tests.syncs.factories import SyncItemFactory, SyncRunFactory

Page = Callable[[Any], Any]


def _act(client: Any, action: str, *runs: SyncRun) -> Any:
    return client.post(
        reverse("admin:syncs_syncrun_changelist"),
        {"action": action, "_selected_action": [run.pk for run in runs]},
        follow=True,
    )


@pytest.mark.parametrize("model", ["syncrun", "syncitem"])
def test_lists_and_pages_show_and_change_nothing(page: Page, operator: Any, model: str) -> None:
    item = SyncItemFactory()
    one = item.run if model == "syncrun" else item
    client = page(operator)
    listed = client.get(reverse(f"admin:syncs_{model}_changelist"))
    assert listed.status_code == 200
    shown = client.get(reverse(f"admin:syncs_{model}_change", args=[one.pk]))
    assert shown.status_code == 200
    assert client.get(reverse(f"admin:syncs_{model}_add")).status_code == 403


def test_retry_lets_stopped_runs_go_on_and_names_those_that_cannot(
    page: Page, operator: Any
) -> None:
    stopped, done = SyncRunFactory(state="DEAD"), SyncRunFactory(state="DONE")
    answer = _act(page(operator), "retry", stopped, done)
    text = answer.content.decode()
    assert f"Run {stopped.pk} goes on." in text
    assert f"Run {done.pk}: The run cannot be tried again" in text
    assert set(SyncRun.objects.values_list("pk", "state")) == {
        (stopped.pk, "PENDING"), (done.pk, "DONE"),
    }  # fmt: skip
    assert AuditEntry.objects.get(action="sync.retried").actor == operator


def test_stop_ends_open_runs(page: Page, operator: Any) -> None:
    run = SyncRunFactory(state="RUNNING")
    _act(page(operator), "stop", run)
    run.refresh_from_db()
    assert run.state == "DEAD"
    assert operator.email in run.stop_reason
