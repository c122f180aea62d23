"""kill -9 of a real worker in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.models import Offer
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncItem, SyncRun
from syncs.operations import start_run
from syncs.tasks import run_due
from tests.integrations import connect
from tests.sandbox_server import NO_DELAYS, SandboxServer
from tests.syncs.conftest import numbers
from tests.worker import kill, start_worker, wait_for

# More than a page of the listing; each is then read in full as well.
OFFERS = 1600
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox of its own, because it is large."""
    with SandboxServer(sellers=1, offers=OFFERS, orders=0) as server:
        server.control("POST", "/settings", NO_DELAYS)
        yield server


def test_a_killed_workers_run_goes_on_and_every_offer_is_there_once(
    transactional_db: None, allegro: Any, organization: Any, owner: Any
) -> None:
    login = allegro.sellers()[0]
    account = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    slow = {"kind": "latency", "latencyMs": 1500, "route": "GET /sale/offers"}
    allegro.control("POST", "/faults", slow)
    run = start_run(
        integration=account,
        kind=SyncKind.PULL_OFFERS,
        trigger=SyncTrigger.SCHEDULE,
        actor=None,
        now=timezone.now(),
    )

    worker = start_worker(allegro)
    try:
        wait_for(lambda: SyncRun.objects.get(pk=run.pk).scanned >= 1000)
    finally:
        kill(worker)

    run.refresh_from_db()
    assert run.state == "RUNNING"
    assert 1000 <= run.scanned < OFFERS
    assert Offer.objects.count() == run.scanned == run.created
    assert SyncItem.objects.filter(run=run).count() == run.scanned
    # Two minutes later its claim has run out; nothing else was kept of the killed worker.
    SyncRun.objects.filter(pk=run.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    allegro.control("DELETE", "/faults")

    worker = start_worker(allegro)
    try:
        run_due.delay()
        wait_for(lambda: SyncRun.objects.get(pk=run.pk).state == "DONE", seconds=120)
    finally:
        kill(worker)

    run.refresh_from_db()
    assert numbers(run) == {"scanned": OFFERS, "created": OFFERS}
    assert Offer.objects.count() == OFFERS
    assert Offer.objects.values("allegro_id").distinct().count() == OFFERS
    assert SyncItem.objects.filter(run=run).count() == OFFERS
    assert SyncRun.objects.filter(kind="PULL_OFFERS").count() == 1
