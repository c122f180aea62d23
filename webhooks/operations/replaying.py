"""Having events worked on again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.audit import record
from core.enums import WorkState
from core.errors import StateConflict
from core.work import replay
from webhooks.models import InboundEvent
from webhooks.operations.hints import hint_changes, hint_inbox

if TYPE_CHECKING:
    from accounts.models import User


class EventBusy(StateConflict):
    """The event is being worked on at this moment."""

    code = "event_busy"


def retry_event(*, event: InboundEvent, actor: User | None, now: datetime) -> InboundEvent:
    """Make one event due again, whatever became of it. Raises :class:`EventBusy`."""
    with transaction.atomic():
        if not replay(InboundEvent.objects.filter(pk=event.pk), now=now):
            raise EventBusy(
                _("This event is being worked on."), remedy=_("Look again in a minute.")
            )
        record(
            action="event.replayed",
            target=event,
            actor=actor,
            organization_id=event.organization_id,
            now=now,
            before={"state": event.state, "attempts": event.attempts},
            after={"state": WorkState.PENDING.value},
        )
        hint_inbox()
        hint_changes()
    event.refresh_from_db()
    return event


def replay_events(*, events: QuerySet[InboundEvent], actor: User | None, now: datetime) -> int:
    """Make the chosen events due again; returns how many. Those being worked on are left alone."""
    replayed = 0
    for event in events.exclude(state=WorkState.RUNNING).order_by("pk"):
        try:
            retry_event(event=event, actor=actor, now=now)
        except EventBusy:
            continue
        replayed += 1
    return replayed
