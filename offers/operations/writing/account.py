"""The worker that writes an account's values: prices, titles, descriptions, pictures, status."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.utils import timezone

from connectors.allegro import AllegroClient, Lane
from offers.enums import Field, PushReason
from offers.locks import account_writer
from offers.operations.commanding.worker import Worker, run_account
from offers.operations.commanding.worker import hint_due_accounts as hint_due
from offers.operations.parking import tell_parked_values
from offers.operations.verdicts import failed
from offers.operations.writing.book import VALUES
from offers.operations.writing.requesting import hint_values
from offers.operations.writing.working import end, work
from settings_app.models import Integration
from settings_app.queries import StockStop, offer_stop


class ValueWorker(Worker):
    """Pushes of values. A switch of one field holds that field alone, see :func:`work`."""

    book = VALUES
    lane = Lane.PRICES

    def alone(self, *, integration_id: int) -> AbstractContextManager[bool]:
        return account_writer(integration_id=integration_id)

    def hint(self, *, integration_id: int) -> None:
        hint_values(integration_id=integration_id)

    def stop(self, *, integration_id: int) -> StockStop | None:
        prices = offer_stop(integration_id=integration_id, field=Field.PRICE)
        others = offer_stop(integration_id=integration_id, field=Field.TITLE)
        return prices and others

    def work(self, integration: Integration, client: AllegroClient, pushes: Sequence[Any]) -> bool:
        return work(integration, client, pushes)

    def fail(self, pushes: Sequence[Any], error: Exception) -> None:
        now, words = timezone.now(), type(error).__name__
        failures = [
            failed(one, PushReason.FAILED, now=now, error=words, trace_id="") for one in pushes
        ]
        if pushes:
            end(pushes[0].integration, failures, now=now)

    def tell_parked(self, integration: Integration) -> None:
        tell_parked_values(integration=integration, now=timezone.now())


def write_account(*, integration_id: int, seconds: float = 20.0) -> int:
    """Write the due values of one account for up to ``seconds``; returns how many were looked at.

    Open commands and operations are followed first. Each offer is read before it is written: what
    shows the value already is done, what was changed there meanwhile is left (CHANGED_MEANWHILE), the
    rest goes out by the cheapest plan and is read back on the next look. A second worker of the same
    account returns 0. Killed at any moment, nothing is lost and nothing is written twice.
    """
    return run_account(ValueWorker(), integration_id=integration_id, seconds=seconds)


def hint_due_writers() -> int:
    """Hint the worker of every account with due values; returns how many there are."""
    return hint_due(ValueWorker())
