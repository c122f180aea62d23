"""Reading Allegro's order journal into the inbox. Events and cursor move together, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, AllegroError, Lane
from connectors.allegro.limits import MAX_ORDER_EVENTS
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations import record_sync_failure, record_sync_success
from webhooks.enums import EventSource, Journal
from webhooks.journal import JournalEvent, disorder, next_cursor, rank, read_event
from webhooks.locks import journal_reader
from webhooks.models import InboundEvent, JournalCursor
from webhooks.operations.hints import hint_inbox
from webhooks.operations.rebuilding import KEPT, ask_for_rebuild

log = structlog.get_logger(__name__)
LOOK_BACK_SECONDS = 600


class CursorMoved(RuntimeError):
    """Another reader moved the cursor meanwhile; nothing was written."""


def poll_orders(*, integration: Integration, now: datetime) -> int:
    """Read the account's order events into the inbox until a short page; returns how many were new.

    One reader per account; a second one returns 0. Each page is stored in one transaction with the
    cursor, so a kill in between repeats a page and the unique event id drops the repetition. All
    types are read. Counts as success or failure of the integration; failures are not raised,
    because the schedule tries again. An account without a cursor gets one from the newest event;
    one that was not read for 60 days, longer than Allegro keeps events, is read anew from the forms.
    """
    with journal_reader(integration_id=integration.pk) as ours:
        if not ours or not integration.is_working:
            return 0
        try:
            with allegro_client(integration=integration, lane=Lane.ORDERS) as client:
                stored = _read_on(integration, client, now)
        except (AllegroError, CursorMoved) as error:
            log.warning(
                "order journal not read",
                integration_id=integration.pk,
                error_type=type(error).__name__,
                trace_id=getattr(error, "trace_id", ""),
            )
            if isinstance(error, AllegroError):
                record_sync_failure(integration=integration, error=error, now=now)
            return 0
        record_sync_success(integration=integration, now=now)
        return stored


def bootstrap_cursor(
    *, integration: Integration, client: AllegroClient, now: datetime
) -> JournalCursor:
    """Give a new account its cursor: the newest event there is. An existing cursor stays.

    Done before the first orders are read, so what happens in between is an event after the cursor.
    Never used to move a cursor (allegro-api#5232).
    """
    existing = _cursor_of(integration)
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
        },
    )
    return cursor


def _cursor_of(integration: Integration) -> JournalCursor | None:
    return JournalCursor.objects.filter(integration=integration, journal=Journal.ORDERS).first()


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
        stored += _store(cursor, [event for event in page if event.event_id], timezone.now())
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


def _store(cursor: JournalCursor, page: Sequence[JournalEvent], now: datetime) -> int:
    """Write a page and move the cursor in one transaction; events known before are dropped."""
    wrong = disorder(cursor.last_event_id, page)
    moved_to = next_cursor(cursor.last_event_id, page)
    values: dict[str, object] = {"last_event_id": moved_to, "last_read_at": now}
    if page:
        values["last_event_at"] = max(
            (event.occurred_at for event in page if event.occurred_at), default=None
        )
    if wrong:
        # Never seen at Allegro, and the sign of an ignored cursor; the events themselves are kept.
        log.error("journal ids do not grow", integration_id=cursor.integration_id, event_id=wrong)
        values["last_problem"] = _("Event %(id)s came after a later one.") % {"id": wrong}
        values["gap_found_at"] = now
    with transaction.atomic():
        before = InboundEvent.objects.filter(
            integration_id=cursor.integration_id,
            source=EventSource.ORDER_JOURNAL,
            event_id__in=[event.event_id for event in page],
        ).count()
        InboundEvent.objects.bulk_create(
            (_row(cursor, event, now) for event in page), ignore_conflicts=True
        )
        kept = JournalCursor.objects.filter(
            pk=cursor.pk, last_event_id=cursor.last_event_id
        ).update(**values)
        if not kept:
            raise CursorMoved(f"cursor {cursor.pk}")
        if page:
            hint_inbox()
    cursor.last_event_id = moved_to
    return len({event.event_id for event in page}) - before


def _row(cursor: JournalCursor, event: JournalEvent, now: datetime) -> InboundEvent:
    return InboundEvent(
        organization_id=cursor.organization_id,
        integration_id=cursor.integration_id,
        source=EventSource.ORDER_JOURNAL,
        event_id=event.event_id,
        event_type=event.event_type,
        raw=event.raw,
        raw_sha256=event.sha256,
        checkout_form_id=event.checkout_form_id,
        occurred_at=event.occurred_at,
        received_at=now,
    )
