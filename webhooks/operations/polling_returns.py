"""Reading customer returns: new ones by cursor, open ones again, for nothing tells of their changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, NotFound, Rejected
from settings_app.models import Integration
from webhooks.enums import Journal
from webhooks.journal import read_return
from webhooks.models import JournalCursor
from webhooks.operations.secondary import read_secondary
from webhooks.operations.storing import cursor_from_oldest, store_events, store_page

PAGE = 1000
# A return is over long before this; younger ones are looked at again this often.
SWEPT = timedelta(days=60)
SWEEP_EVERY = timedelta(minutes=30)


def poll_returns(*, integration: Integration, now: datetime) -> int:
    """Read the account's customer returns into the inbox; returns how many are new or changed.

    ``from`` brings those opened since. A return changes its state without a new id, so every half
    hour the returns of 60 days are paged through, and each state not seen before is an event.
    Failures stand beside the cursor and are not raised.
    """
    return read_secondary(integration=integration, journal=Journal.RETURNS, read=_read_on, now=now)


def _read_on(integration: Integration, client: AllegroClient, now: datetime) -> int:
    cursor = cursor_from_oldest(integration, Journal.RETURNS, now=now)
    stored = _new(client, cursor, now)
    if cursor.swept_at is None or cursor.swept_at < now - SWEEP_EVERY:
        stored += _swept(client, cursor, now)
    return stored


def _new(client: AllegroClient, cursor: JournalCursor, now: datetime) -> int:
    stored = 0
    while True:
        try:
            page = client.returns.list(after=cursor.last_event_id or None, limit=PAGE)
        except (Rejected, NotFound):
            if not cursor.last_event_id:
                raise
            _forget_cursor(cursor, now)
            continue
        # The cursor is the return's own id, while the event's id also tells its state.
        events = [event for event in map(read_return, page.customer_returns) if event.event_id]
        moved_to = str(page.customer_returns[-1].get("id") or "") if events else ""
        stored += store_page(
            cursor, events, moved_to=moved_to or cursor.last_event_id, now=timezone.now()
        )
        if len(page.customer_returns) < PAGE or not moved_to:
            return stored


def _forget_cursor(cursor: JournalCursor, now: datetime) -> None:
    """Allegro no longer knows the return the cursor names: begin at the oldest; what is known is dropped."""
    JournalCursor.objects.filter(pk=cursor.pk).update(
        last_event_id="",
        gap_found_at=now,
        last_problem=_("Allegro no longer knew where reading stopped; all returns are read again."),
    )
    cursor.refresh_from_db()


def _swept(client: AllegroClient, cursor: JournalCursor, now: datetime) -> int:
    stored, offset = 0, 0
    while True:
        page = client.returns.list(offset=offset, limit=PAGE, createdAt__gte=now - SWEPT)
        events = [event for event in map(read_return, page.customer_returns) if event.event_id]
        with transaction.atomic():
            stored += store_events(cursor, events, now=timezone.now())
        offset += len(page.customer_returns)
        if len(page.customer_returns) < PAGE:
            break
    JournalCursor.objects.filter(pk=cursor.pk).update(swept_at=now)
    return stored
