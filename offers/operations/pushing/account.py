"""The worker that sends an account's stock."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from connectors.allegro import AllegroClient, Lane
from offers.enums import PushReason
from offers.locks import account_pusher
from offers.operations.braking import brake_holds
from offers.operations.commanding import STOCK
from offers.operations.commanding.worker import Worker, run_account
from offers.operations.commanding.worker import hint_due_accounts as hint_due
from offers.operations.parking import tell_parked
from offers.operations.pushing.working import work
from offers.operations.requesting import hint_account
from offers.operations.verdicts import failed, settle
from settings_app.models import Integration
from settings_app.queries import StockStop, stock_stop


class StockWorker(Worker):
    """Pushes of stock: the journal of orders is read first, and a brake looks at zeros."""

    book = STOCK
    lane = Lane.STOCK

    def alone(self, *, integration_id: int) -> AbstractContextManager[bool]:
        return account_pusher(integration_id=integration_id)

    def hint(self, *, integration_id: int) -> None:
        hint_account(integration_id=integration_id)

    def stop(self, *, integration_id: int) -> StockStop | None:
        return stock_stop(integration_id=integration_id)

    def holds(self, integration: Integration) -> PushReason | None:
        held = brake_holds(integration=integration, now=timezone.now())
        return PushReason.BRAKE if held else None

    def first(self, waiting: QuerySet[Any]) -> QuerySet[Any] | None:
        return waiting.filter(urgent=True)

    def work(self, integration: Integration, client: AllegroClient, pushes: Sequence[Any]) -> bool:
        return work(integration, client, pushes)

    def fail(self, pushes: Sequence[Any], error: Exception) -> None:
        now, words = timezone.now(), type(error).__name__
        failures = [
            failed(one, PushReason.FAILED, now=now, target=one.target, error=words, trace_id="")
            for one in pushes
        ]
        settle(failures, now=now)

    def tell_parked(self, integration: Integration) -> None:
        tell_parked(integration=integration, now=timezone.now())


def push_account(*, integration_id: int, seconds: float = 20.0) -> int:
    """Send the due stock of one account for up to ``seconds``; returns how many pushes were looked at.

    Open commands are followed first. Then, unless a switch or the brake holds: the order journal is
    read to its head, targets are computed from the stock of that moment, offers that show them already
    are done, the others are written by the cheapest plan, and read back on the next look. A second
    worker of the same account returns 0. Killed at any moment, nothing is sent twice.
    """
    return run_account(StockWorker(), integration_id=integration_id, seconds=seconds)


def hint_due_accounts() -> int:
    """Hint the worker of every account with due stock; returns how many there are."""
    return hint_due(StockWorker())
