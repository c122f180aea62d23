"""A page of a journal into the inbox: its events and the cursor together, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from settings_app.models import Integration
from webhooks.enums import EventSource, Journal
from webhooks.journal import JournalEvent
from webhooks.models import JournalCursor
from webhooks.operations.hints import hint_changes, hint_inbox

log = structlog.get_logger(__name__)
SOURCES = {
    Journal.ORDERS: EventSource.ORDER_JOURNAL,
    Journal.OFFERS: EventSource.OFFER_JOURNAL,
    Journal.RETURNS: EventSource.RETURN_JOURNAL,
}


# One statement whatever the page holds: a thousand rows through the ORM cost more than reading them.
_STORE = """
    INSERT INTO webhooks_inboundevent
           (organization_id, integration_id, source, event_id, event_type, raw, raw_sha256, headers,
            checkout_form_id, subject_id, occurred_at, received_at, outcome,
            state, attempts, next_attempt_at, last_error, last_trace_id)
    SELECT %(organization)s, %(integration)s, %(source)s, told.id, told.type, told.raw, told.sha256, '{}',
           told.form, told.subject, told.moment, %(now)s, '', 'PENDING', 0, %(now)s, '', ''
      FROM unnest(%(ids)s::text[], %(types)s::text[], %(raws)s::bytea[], %(hashes)s::text[],
                  %(forms)s::text[], %(subjects)s::text[], %(moments)s::timestamptz[])
           WITH ORDINALITY AS told (id, type, raw, sha256, form, subject, moment, place)
     ORDER BY told.place
        ON CONFLICT DO NOTHING
"""


class CursorMoved(RuntimeError):
    """Another reader moved the cursor meanwhile; nothing was written."""


def cursor_of(integration: Integration, journal: Journal) -> JournalCursor | None:
    """How far the journal was read, if it ever was."""
    return JournalCursor.objects.filter(integration=integration, journal=journal).first()


def cursor_from_oldest(
    integration: Integration, journal: Journal, *, now: datetime
) -> JournalCursor:
    """The journal's cursor; a new one is empty, with which Allegro begins at the oldest there is."""
    existing = cursor_of(integration, journal)
    if existing is not None:
        return existing
    cursor, _made = JournalCursor.objects.get_or_create(
        integration=integration,
        journal=journal,
        defaults={"organization_id": integration.organization_id, "started_at": now},
    )
    return cursor


def store_page(
    cursor: JournalCursor,
    page: Sequence[JournalEvent],
    *,
    moved_to: str,
    now: datetime,
    disordered: str = "",
) -> int:
    """Write a page and move the cursor in one transaction; returns how many events were new.

    Events known before are dropped by their unique id. Clears an earlier failure. ``disordered`` is
    an event id that should not stand where it does. Raises :class:`CursorMoved`.
    """
    values: dict[str, object] = {
        "last_event_id": moved_to,
        "last_read_at": now,
        "last_failure": "",
        "failed_at": None,
    }
    if told := [event.occurred_at for event in page if event.occurred_at]:
        values["last_event_at"] = max(told)
    if disordered:
        # Never seen at Allegro, and the sign of an ignored cursor; the events themselves are kept.
        log.error(
            "journal ids do not grow", integration_id=cursor.integration_id, event_id=disordered
        )
        values["last_problem"] = _("Event %(id)s came after a later one.") % {"id": disordered}
        values["gap_found_at"] = now
    with transaction.atomic():
        new = store_events(cursor, page, now=now)
        kept = JournalCursor.objects.filter(
            pk=cursor.pk, last_event_id=cursor.last_event_id
        ).update(**values)
        if not kept:
            raise CursorMoved(f"cursor {cursor.pk}")
    cursor.last_event_id = moved_to
    return new


def store_events(cursor: JournalCursor, page: Sequence[JournalEvent], *, now: datetime) -> int:
    """Write events of a journal; call it in a transaction. Returns how many were not known before."""
    if not page:
        return 0
    source = SOURCES[Journal(cursor.journal)]
    with connection.cursor() as statement:
        statement.execute(
            _STORE,
            {
                "organization": cursor.organization_id,
                "integration": cursor.integration_id,
                "source": source.value,
                "now": now,
                "ids": [event.event_id for event in page],
                "types": [event.event_type for event in page],
                "raws": [event.raw for event in page],
                "hashes": [event.sha256 for event in page],
                "forms": [event.checkout_form_id for event in page],
                "subjects": [event.subject_id for event in page],
                "moments": [event.occurred_at for event in page],
            },
        )
        new = int(statement.rowcount)
    (hint_inbox if source == EventSource.ORDER_JOURNAL else hint_changes)()
    return new


def note_failure(
    *, integration: Integration, journal: Journal, error: Exception, now: datetime
) -> None:
    """Keep beside the cursor that the journal could not be read; of foreign errors only the kind."""
    JournalCursor.objects.filter(integration=integration, journal=journal).update(
        last_failure=str(error)[:300] or type(error).__name__, failed_at=now
    )
