"""Working on received events until none is due: orders in one lane, offers and returns in another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.work import DrainReport
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.enums import EventSource
from webhooks.models import InboundEvent
from webhooks.operations.change_events import answer_changes
from webhooks.operations.order_events import Readers, answer_orders
from webhooks.operations.settling import take

CLAIM = 300
ORDER_SOURCES = (EventSource.HTTP, EventSource.ORDER_JOURNAL)
CHANGE_SOURCES = (EventSource.OFFER_JOURNAL, EventSource.RETURN_JOURNAL)


def process_inbox(*, seconds: float = 20.0, integration: Integration | None = None) -> DrainReport:
    """Work on due events about orders for up to ``seconds``; killed at any moment, all happens once.

    Events about the same order are answered by one read of it, and several orders are read at once.
    Events of accounts that are paused, switched off or need a new sign-in wait untouched. An account
    that refuses or limits calls in the middle has the rest of its events put off, without counting
    attempts. Other failures are noted on the event and its try with Allegro's trace id, and tried
    again by the rules of durable work. With ``integration`` only that account's events.
    """
    report, until = DrainReport(), timezone.now() + timedelta(seconds=seconds)
    due = _workable(ORDER_SOURCES)
    if integration is not None:
        due = due.filter(integration=integration)
    with ExitStack() as stack:
        readers = Readers(stack)
        while timezone.now() < until and (batch := take(due, report, limit=CLAIM)):
            answer_orders(batch, readers, until=until)
    return report


def process_changes(*, seconds: float = 20.0) -> DrainReport:
    """:func:`process_inbox` for events of offers and returns, which must not hold up an order."""
    report, until = DrainReport(), timezone.now() + timedelta(seconds=seconds)
    while timezone.now() < until and (
        batch := take(_workable(CHANGE_SOURCES), report, limit=CLAIM)
    ):
        answer_changes(batch, until=until)
    return report


def _workable(sources: Sequence[EventSource]) -> QuerySet[InboundEvent]:
    return InboundEvent.objects.filter(
        Q(integration=None)
        | Q(
            integration__state__in=[
                IntegrationState.CONNECTED.value,
                IntegrationState.DISCONNECTED.value,
            ]
        ),
        source__in=sources,
    )
