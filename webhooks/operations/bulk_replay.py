"""A chosen selection of events worked on again: counted first, then in batches as durable work."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from core.hints import hint
from core.work import DrainReport, claimed, drain, replay
from webhooks.models import EventReplay, InboundEvent
from webhooks.operations.hints import hint_changes, hint_inbox
from webhooks.selection import Selection

if TYPE_CHECKING:
    from accounts.models import Organization, User

BATCH = 500
LEASE = timedelta(minutes=1)


class NothingSelected(StateConflict):
    """No event matches, or those that do are being worked on."""

    code = "nothing_selected"


class ReplayLost(RuntimeError):
    """Another worker has the replay; nothing of this batch is kept."""

    retryable = True


def replayable(*, organization: Organization, selection: Selection) -> QuerySet[InboundEvent]:
    """The events a replay of this selection would make due: all of it but what is under way."""
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    return selection.of(events).exclude(state=WorkState.RUNNING)


def start_replay(
    *, organization: Organization, selection: Selection, actor: User | None, now: datetime
) -> EventReplay:
    """Have every event of a selection worked on again; audits. Raises :class:`NothingSelected`.

    Events that arrive from now on do not belong to it. Everything behind an event is idempotent.
    """
    events = replayable(organization=organization, selection=selection)
    newest = events.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        raise NothingSelected(
            _("No event matches that could be worked on again."), remedy=_("Widen the filter.")
        )
    with transaction.atomic():
        made: EventReplay = EventReplay.objects.create(
            organization=organization,
            filters=selection.stored(),
            requested_by=actor,
            requested_at=now,
            next_attempt_at=now,
            upto_id=newest,
            expected=events.count(),
        )
        audit.record(
            action="events.replayed",
            target=made,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            after={"filters": made.filters, "expected": made.expected},
        )
        hint_replays()
    return made


def run_replays(*, seconds: float = 20.0, at_once: int = BATCH) -> DrainReport:
    """Work on due replays, ``at_once`` events a batch; killed at any moment, it goes on where it was."""
    work = partial(_work, at_once=at_once)
    return drain(EventReplay.objects.all(), work, limit=1, lease=LEASE, seconds=seconds)


def resume_replays(*, replays: QuerySet[EventReplay], actor: User | None, now: datetime) -> int:
    """Let replays that gave up go on from where they were; audits each. Returns how many."""
    resumed = 0
    for one in replays.filter(state__in=[WorkState.DEAD, WorkState.WAITING_FOR_PERSON]):
        with transaction.atomic():
            if not replay(EventReplay.objects.filter(pk=one.pk), now=now):
                continue
            audit.record(
                action="events.replay_resumed",
                target=one,
                actor=actor,
                organization_id=one.organization_id,
                now=now,
                before={"state": one.state},
                after={"state": WorkState.PENDING.value},
            )
            hint_replays()
        resumed += 1
    return resumed


def hint_replays() -> None:
    """Have a worker look for replays after this transaction commits."""
    from webhooks.tasks import run_replays as task

    hint(task)


def _work(work: EventReplay, *, at_once: int) -> None:
    while replay_batch(work, at_once=at_once):
        pass


def replay_batch(work: EventReplay, *, at_once: int = BATCH) -> int:
    """Make the next events of a claimed replay due and move on, in one transaction; 0 when none is left.

    Raises :class:`ReplayLost`.
    """
    now = timezone.now()
    events = replayable(
        organization=work.organization, selection=Selection.read(work.filters)
    ).filter(pk__gt=work.position, pk__lte=work.upto_id)
    pks = list(events.order_by("pk").values_list("pk", flat=True)[:at_once])
    if not pks:
        return 0
    with transaction.atomic():
        count = replay(InboundEvent.objects.filter(pk__in=pks), now=now)
        until = now + LEASE
        kept = claimed(work).update(
            position=pks[-1], replayed=F("replayed") + count, claimed_until=until, attempts=1
        )
        if not kept:
            raise ReplayLost(f"replay {work.pk}")
        hint_inbox()
        hint_changes()
    work.position, work.claimed_until = pks[-1], until
    return len(pks)
