"""Two people press at the same moment: the database lets one run of a direction be open."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import SyncRun
from syncs.operations.plans import RunUnderWay, start_plan
from tests.factories import IntegrationFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kinds", [("PUSH", "BOTH"), ("BOTH", "PULL"), ("PUSH", "PUSH")])
def test_two_starts_with_two_connections_open_one_run(
    organization: Any, kinds: tuple[str, str]
) -> None:
    account: Integration = IntegrationFactory.create(organization=organization)
    together, refused, started = threading.Barrier(2), [], []

    def start(kind: str) -> None:
        try:
            together.wait(20)
            run = start_plan(
                integration=account,
                kind=SyncKind(kind),
                mode=SyncMode.APPLY,
                actor=None,
                now=timezone.now(),
            )
            started.append(run.pk)
        except RunUnderWay as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["run_under_way"]
    assert list(SyncRun.objects.values_list("pk", flat=True)) == started
