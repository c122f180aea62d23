"""Reading Allegro's offer journal: 24 hours, up to millions of events, of which one per offer matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient
from connectors.allegro.limits import MAX_OFFER_EVENTS
from core.enums import WorkState
from settings_app.models import Integration
from webhooks.enums import EventSource, Journal
from webhooks.journal import JournalEvent, newest_per_subject, read_offer_event
from webhooks.models import InboundEvent, JournalCursor
from webhooks.operations.rebuilding import OFFERS_KEPT, ask_for_rebuild
from webhooks.operations.secondary import read_secondary
from webhooks.operations.storing import cursor_from_oldest, store_page

# So many offers waiting to be read one by one take longer than reading the whole listing.
FLOOD = 2_000
# A listing that was asked for is not asked for again so soon.
ASK_AGAIN = timedelta(minutes=30)


def poll_offers(*, integration: Integration, now: datetime, flood: int = FLOOD) -> int:
    """Read the account's offer events into the inbox until a short page; returns how many were stored.

    Of several events about one offer the newest is stored, and none while one waits already: they
    are answered by one read. When more than ``flood`` offers wait, nothing more is stored and
    the whole listing is read instead (allegro-api#4707). A journal not read for a day has lost events,
    and the listing is read too. Failures stand beside the cursor and are not raised.
    """
    read = partial(_read_on, flood=flood)
    return read_secondary(integration=integration, journal=Journal.OFFERS, read=read, now=now)


def _read_on(integration: Integration, client: AllegroClient, now: datetime, *, flood: int) -> int:
    cursor = cursor_from_oldest(integration, Journal.OFFERS, now=now)
    if cursor.last_read_at is not None and cursor.last_read_at < now - OFFERS_KEPT:
        hours = (now - cursor.last_read_at) // timedelta(hours=1)
        problem = _("Not read for %(hours)d hours; all offers are read again from Allegro's list.")
        _start_anew(integration, cursor, problem % {"hours": hours}, now)
    stored, page_is_full = 0, True
    while page_is_full:
        told = client.offers.events(after=cursor.last_event_id or None, limit=MAX_OFFER_EVENTS)
        page = [event for event in map(read_offer_event, told) if event.event_id]
        stored += _store(integration, cursor, page, flood)
        page_is_full = len(told) >= MAX_OFFER_EVENTS and bool(page)
    return stored


def _start_anew(
    integration: Integration, cursor: JournalCursor, problem: str, now: datetime
) -> None:
    """The events in between are gone and their cursor with them: begin at the oldest there is."""
    with transaction.atomic():
        JournalCursor.objects.filter(pk=cursor.pk, last_event_id=cursor.last_event_id).update(
            last_event_id="", last_read_at=now, gap_found_at=now, last_problem=problem
        )
        ask_for_rebuild(integration=integration, kind="PULL_OFFERS")
    cursor.refresh_from_db()


def _store(
    integration: Integration, cursor: JournalCursor, page: Sequence[JournalEvent], flood: int
) -> int:
    moved_to = page[-1].event_id if page else cursor.last_event_id
    # A cursor that Allegro ignored shows as its own event coming again.
    again = any(event.event_id == cursor.last_event_id for event in page)
    waiting = _waiting(integration, most=flood + 1)
    fresh = [event for event in newest_per_subject(page) if event.subject_id not in waiting]
    now = timezone.now()
    if len(waiting) + len(fresh) > flood:
        _note_flood(integration, cursor, flood, now)
        fresh = []
    return store_page(
        cursor, fresh, moved_to=moved_to, now=now, disordered=cursor.last_event_id if again else ""
    )


def _waiting(integration: Integration, *, most: int) -> set[str]:
    """Offers that will be read anyway, by reads that have not begun."""
    waiting = InboundEvent.objects.filter(
        integration=integration, source=EventSource.OFFER_JOURNAL, state=WorkState.PENDING
    )
    return set(waiting.values_list("subject_id", flat=True)[:most])


def _note_flood(integration: Integration, cursor: JournalCursor, flood: int, now: datetime) -> None:
    if cursor.gap_found_at is not None and cursor.gap_found_at > now - ASK_AGAIN:
        return
    problem = _(
        "More than %(count)d offers changed at once; all offers are read from Allegro's list."
    )
    with transaction.atomic():
        JournalCursor.objects.filter(pk=cursor.pk).update(
            gap_found_at=now, last_problem=problem % {"count": flood}
        )
        ask_for_rebuild(integration=integration, kind="PULL_OFFERS")
    cursor.gap_found_at = now
