"""Reading Allegro's order journal into the inbox. Events and cursor move together, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, AllegroError, Lane
from connectors.allegro.limits import MAX_ORDER_EVENTS
from core.errors import HubError
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations import record_sync_failure, record_sync_success
from webhooks.enums import Journal
from webhooks.journal import disorder, next_cursor, rank, read_event
from webhooks.locks import journal_reader
from webhooks.models import JournalCursor
from webhooks.operations.rebuilding import KEPT, ask_for_rebuild
from webhooks.operations.storing import CursorMoved, cursor_of, note_failure, store_page

log = structlog.get_logger(__name__)
LOOK_BACK_SECONDS = 600


class JournalNotRead(RuntimeError):
    """The order journal could not be read to its end: somebody else reads it, or Allegro did not answer."""

    retryable = True


def poll_orders(*, integration: Integration, now: datetime) -> int:
    """Read the account's order events into the inbox until a short page; returns how many were new.

    One reader per account; a second one returns 0. Each page is stored in one transaction with the
    cursor, so a kill in between repeats a page and the unique event id drops the repetition. All
    types are read. Counts as success or failure of the integration; failures are not raised,
    because the schedule tries again. An account without a cursor gets one from the newest event;
    one that was not read for 60 days, longer than Allegro keeps events, is read anew from the forms.
    """
    try:
        return read_to_head(integration=integration, now=now)
    except (JournalNotRead, CursorMoved, AllegroError, HubError):
        return 0


def read_to_head(*, integration: Integration, now: datetime) -> int:
    """:func:`poll_orders` for a caller that must know: raises what kept the journal from being read.

    Raises :class:`JournalNotRead` when the account does not work or another process reads it at this
    moment, :class:`CursorMoved`, what the client raises, and
    :class:`~settings_app.allegro.NotConfigured`.
    """
    with journal_reader(integration_id=integration.pk) as ours:
        if not ours or not integration.is_working:
            raise JournalNotRead(f"the journal of integration {integration.pk}")
        try:
            with allegro_client(integration=integration, lane=Lane.ORDERS) as client:
                stored = _read_on(integration, client, now)
        except (AllegroError, CursorMoved, HubError) as error:
            _not_read(integration, error, now)
            raise
        record_sync_success(integration=integration, now=now)
        return stored


def _not_read(integration: Integration, error: Exception, now: datetime) -> None:
    log.warning(
        "order journal not read",
        integration_id=integration.pk,
        error_type=type(error).__name__,
        trace_id=getattr(error, "trace_id", ""),
    )
    if not isinstance(error, CursorMoved):
        note_failure(integration=integration, journal=Journal.ORDERS, error=error, now=now)
    if isinstance(error, AllegroError):
        record_sync_failure(integration=integration, error=error, now=now)


def bootstrap_cursor(
    *, integration: Integration, client: AllegroClient, now: datetime
) -> JournalCursor:
    """Give a new account its cursor: the newest event there is. An existing cursor stays.

    Done before the first orders are read, so what happens in between is an event after the cursor.
    Never used to move a cursor (allegro-api#5232).
    """
    existing = cursor_of(integration, Journal.ORDERS)
    if existing is not None:
        return existing
    stats = client.orders.event_stats()
    cursor, _made = JournalCursor.objects.get_or_create(
        integration=integration,
        journal=Journal.ORDERS,
        defaults={
            "organization_id": integration.organization_id,
            "last_event_id": stats.latest_event_id,
            "last_read_at": now,
            "started_at": now,
        },
    )
    return cursor


def _read_on(integration: Integration, client: AllegroClient, now: datetime) -> int:
    cursor = bootstrap_cursor(integration=integration, client=client, now=now)
    if cursor.last_read_at is not None and cursor.last_read_at < now - KEPT:
        days = (now - cursor.last_read_at) // timedelta(days=1)
        problem = _("Not read for %(days)d days; orders are read again from Allegro's list.")
        cursor = _start_anew(integration, client, cursor, now, problem % {"days": days})
    stored = 0
    while True:
        page = [
            read_event(event)
            for event in client.orders.events(
                after=cursor.last_event_id or None, limit=MAX_ORDER_EVENTS
            )
        ]
        before = cursor.last_event_id
        named = [event for event in page if event.event_id]
        stored += store_page(
            cursor,
            named,
            moved_to=next_cursor(before, named),
            now=timezone.now(),
            disordered=disorder(before, named),
        )
        if len(page) < MAX_ORDER_EVENTS or cursor.last_event_id == before:
            break
    if not page and _is_ahead(integration, client, cursor):
        problem = _(
            "Allegro's newest event is older than the last one read; the journal began anew."
        )
        _start_anew(integration, client, cursor, now, problem)
    return stored


def _is_ahead(integration: Integration, client: AllegroClient, cursor: JournalCursor) -> bool:
    """Whether the newest event there is lies before the cursor; looked at every ten minutes.

    Never seen at Allegro itself, but a sandbox that was reset begins its journal anew, and a cursor
    ahead of it would read "nothing new" for ever.
    """
    if not cache.add(f"journal-looked-at:{integration.pk}", 1, timeout=LOOK_BACK_SECONDS):
        return False
    latest = client.orders.event_stats().latest_event_id or "0"
    return rank(latest) < rank(cursor.last_event_id)


def _start_anew(
    integration: Integration,
    client: AllegroClient,
    old: JournalCursor,
    now: datetime,
    problem: str,
) -> JournalCursor:
    """The events since are gone: note the gap, begin at the newest event, have the forms read."""
    latest = client.orders.event_stats().latest_event_id
    with transaction.atomic():
        JournalCursor.objects.filter(pk=old.pk, last_event_id=old.last_event_id).update(
            last_event_id=latest or old.last_event_id,
            last_read_at=now,
            gap_found_at=now,
            last_problem=problem,
        )
        ask_for_rebuild(integration=integration)
    old.refresh_from_db()
    return old
