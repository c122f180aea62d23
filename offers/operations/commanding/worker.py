"""One worker per account and kind of writes sends what is due, until its time is up or something holds it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, ClassVar

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, Lane
from core.enums import WorkState
from core.work import claim_due, due
from offers.enums import PushReason
from offers.operations.commanding.book import Book
from offers.operations.commanding.following import follow_commands
from offers.waiting import wait_a_moment
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure
from settings_app.queries import StockStop

log = structlog.get_logger(__name__)

CHUNK = 1000
LEASE = timedelta(minutes=10)
LOOK_AFTER = timedelta(seconds=20)
REST = timedelta(minutes=1)


class Worker(ABC):
    """What is written to an account, and what decides whether, when and how."""

    book: ClassVar[Book]
    lane: ClassVar[Lane]

    @abstractmethod
    def alone(self, *, integration_id: int) -> AbstractContextManager[bool]:
        """Whether this process is the one at work until the block ends."""

    @abstractmethod
    def hint(self, *, integration_id: int) -> None:
        """Have a worker look at the account after commit."""

    @abstractmethod
    def stop(self, *, integration_id: int) -> StockStop | None:
        """What forbids all writes of this kind at this moment."""

    @abstractmethod
    def work(self, integration: Integration, client: AllegroClient, pushes: Sequence[Any]) -> bool:
        """Look at claimed pushes; False when the account had better be left alone for now."""

    @abstractmethod
    def fail(self, pushes: Sequence[Any], error: Exception) -> None:
        """Note a mistake of ours on the pushes it stopped."""

    @abstractmethod
    def tell_parked(self, integration: Integration) -> None:
        """Tell people of what waits for them."""

    def holds(self, integration: Integration) -> PushReason | None:
        """What holds the account for now, though nothing forbids it."""
        return None

    def first(self, waiting: QuerySet[Any]) -> QuerySet[Any] | None:
        """Those of the due pushes that cannot wait for the others."""
        return None


def run_account(worker: Worker, *, integration_id: int, seconds: float) -> int:
    """Send what is due of one account for up to ``seconds``; returns how many pushes were looked at.

    Open commands are followed first; then, unless a switch or a brake holds, due pushes are worked on.
    A second worker of the same account returns 0. Killed at any moment, nothing is sent twice.
    """
    with worker.alone(integration_id=integration_id) as ours:
        if not ours:
            return 0
        _take_over(worker, integration_id)
        integration: Integration = Integration.objects.select_related("organization").get(
            pk=integration_id
        )
        with allegro_client(integration=integration, lane=worker.lane) as client:
            looked = _run(worker, integration, client, time.monotonic() + seconds)
        worker.tell_parked(integration)
        return looked


def hint_due_accounts(worker: Worker) -> int:
    """Hint the worker of every account with due pushes or commands; returns how many there are."""
    now = timezone.now()
    pushes = due(worker.book.pushes.objects.filter(command=None), now=now)
    commands = due(worker.book.commands.objects.all(), now=now)
    # Claimed a while ago: at work, or left by a worker that was killed. Whoever gets the lock knows.
    left = worker.book.pushes.objects.filter(
        command=None, state=WorkState.RUNNING, claimed_until__lt=now + LEASE - LOOK_AFTER
    )
    accounts = {
        *left.order_by().values_list("integration_id", flat=True).distinct(),
        *pushes.order_by().values_list("integration_id", flat=True).distinct(),
        *commands.order_by().values_list("integration_id", flat=True).distinct(),
    }
    for integration_id in sorted(accounts):
        worker.hint(integration_id=integration_id)
    return len(accounts)


def _run(worker: Worker, integration: Integration, client: AllegroClient, until: float) -> int:
    looked = 0
    while time.monotonic() < until:
        if stop := worker.stop(integration_id=integration.pk):
            return _stand_still(worker, integration, client, stop, looked)
        integration.refresh_from_db()
        if not _followed(worker, integration, client):
            return looked
        if reason := worker.holds(integration):
            _rest(worker, integration, reason)
            return looked
        pushes = _claim(worker, integration)
        if pushes:
            looked += len(pushes)
            if not _survived(worker, integration, client, pushes):
                return looked
        elif not _wait_a_moment(worker, integration, until):
            return looked
    return looked


def _stand_still(
    worker: Worker, integration: Integration, client: AllegroClient, stop: StockStop, looked: int
) -> int:
    """Nothing is sent; results of what was sent before are still fetched while the account works."""
    if stop != StockStop.NOT_WORKING:
        _followed(worker, integration, client)
    _rest(worker, integration, PushReason.STOPPED)
    return looked


def _followed(worker: Worker, integration: Integration, client: AllegroClient) -> bool:
    try:
        follow_commands(worker.book, integration=integration, client=client)
    except AllegroError as error:
        record_sync_failure(integration=integration, error=error, now=timezone.now())
        return False
    return True


def _survived(
    worker: Worker, integration: Integration, client: AllegroClient, pushes: Sequence[Any]
) -> bool:
    """The work itself; a mistake of ours is noted on the pushes it stopped, and never silent."""
    try:
        return worker.work(integration, client, pushes)
    except Exception as error:
        log.exception(
            "writing to offers failed",
            integration_id=integration.pk,
            kind=worker.book.pushes.__name__,
        )
        worker.fail(pushes, error)
        return False


def _take_over(worker: Worker, integration_id: int) -> None:
    """Make due what a killed worker had claimed: who holds the account's lock is the only one at work.

    Waiting for the claim to run out would leave offers at a value that is no longer there.
    """
    worker.book.pushes.objects.filter(
        integration_id=integration_id, command=None, state=WorkState.RUNNING
    ).update(state=WorkState.PENDING, claimed_until=None, next_attempt_at=timezone.now())


def _open(worker: Worker, integration: Integration) -> QuerySet[Any]:
    found: QuerySet[Any] = worker.book.pushes.objects.filter(integration=integration, command=None)
    return found


def _claim(worker: Worker, integration: Integration) -> list[Any]:
    """Due pushes, those that cannot wait first."""
    wanted: dict[str, Any] = {"now": timezone.now(), "lease": LEASE, "related": ["offer"]}
    waiting = _open(worker, integration)
    first = worker.first(waiting)
    if first is not None and (urgent := claim_due(first, limit=CHUNK, **wanted)):
        return urgent
    return claim_due(waiting, limit=CHUNK, **wanted)


def _rest(worker: Worker, integration: Integration, reason: PushReason) -> None:
    """Let what is due wait for a minute; ``reason`` says what holds it."""
    now = timezone.now()
    _open(worker, integration).filter(state=WorkState.PENDING, next_attempt_at__lte=now).update(
        next_attempt_at=now + REST, reason=reason
    )


def _wait_a_moment(worker: Worker, integration: Integration, until: float) -> bool:
    """Wait for what is due within moments, such as a command's result; False when nothing is."""
    commands = worker.book.commands.objects.filter(integration=integration)
    return wait_a_moment((commands, _open(worker, integration)), until=until)
