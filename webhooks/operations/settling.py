"""Taking events from the inbox and settling them again, many at a time, with a line for every try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from core.enums import WorkState
from core.work import DrainReport, claim_due, fail
from webhooks.enums import AttemptResult
from webhooks.models import InboundEvent

# What a killed worker held waits this long; one read never takes longer, retries included, because
# the client rather gives up than sleeps. Claims are prolonged when less than the margin is left.
LEASE = timedelta(seconds=100)
MARGIN = timedelta(seconds=75)

# A lost claim stays lost: whoever took the row since settles it.
_FINISH = """
    UPDATE webhooks_inboundevent event
       SET state = 'DONE', finished_at = %(now)s, claimed_until = NULL, last_error = '',
           outcome = settled.outcome, last_trace_id = settled.trace_id
      FROM unnest(%(ids)s::bigint[], %(claims)s::timestamptz[], %(outcomes)s::text[], %(traces)s::text[])
           AS settled (id, claim, outcome, trace_id)
     WHERE event.id = settled.id AND event.state = 'RUNNING' AND event.claimed_until = settled.claim
"""
_BEGIN_TRIES = """
    INSERT INTO webhooks_eventattempt (organization_id, event_id, number, started_at)
    SELECT event.organization_id, event.id, event.attempts, %(now)s
      FROM webhooks_inboundevent event WHERE event.id = ANY(%(ids)s) ORDER BY event.id
 RETURNING event_id, id
"""
_END_TRIES = """
    UPDATE webhooks_eventattempt try
       SET ended_at = %(now)s, result = ended.result, error = ended.error, trace_id = ended.trace_id
      FROM unnest(%(ids)s::bigint[], %(results)s::text[], %(errors)s::text[], %(traces)s::text[])
           AS ended (id, result, error, trace_id)
     WHERE try.id = ended.id
"""


@dataclass(slots=True)
class _End:
    result: AttemptResult
    error: str = ""
    trace_id: str = ""


@dataclass(slots=True)
class Batch:
    """Claimed events and what became of them. Nothing is written before :meth:`settle`, but failures."""

    events: list[InboundEvent]
    report: DrainReport
    _tries: dict[int, int]
    _done: list[tuple[InboundEvent, str, str]] = field(default_factory=list)
    _ends: dict[int, _End] = field(default_factory=dict)

    def done(self, events: Iterable[InboundEvent], outcome: str, *, trace_id: str = "") -> None:
        """These events are answered."""
        for event in events:
            self._done.append((event, outcome[:200], trace_id[:128]))
            self._ends[event.pk] = _End(AttemptResult.DONE, trace_id=trace_id)
            self.report.done += 1

    def failed(self, events: Iterable[InboundEvent], error: Exception) -> None:
        """These events are tried again, wait for a person or are given up, as the error says of itself."""
        trace_id = str(getattr(error, "trace_id", "") or "")
        put_off = getattr(error, "retry_after", None) is not None
        result = AttemptResult.PUT_OFF if put_off else AttemptResult.FAILED
        for event in events:
            fail(event, error=error, now=timezone.now())
            self._ends[event.pk] = _End(result, _told(error), trace_id)
            self.report.failed += 1

    def put_off(
        self, events: Sequence[InboundEvent], *, until: datetime, error: Exception | None = None
    ) -> None:
        """The world was not ready, or time was up: the attempt does not count."""
        for claim, rows in _by_claim(events).items():
            InboundEvent.objects.filter(
                pk__in=[event.pk for event in rows], state=WorkState.RUNNING, claimed_until=claim
            ).update(
                state=WorkState.PENDING,
                claimed_until=None,
                attempts=F("attempts") - 1,
                next_attempt_at=until,
                last_error=_told(error) if error else "",
            )
        for event in events:
            trace_id = str(getattr(error, "trace_id", "") or "")
            self._ends[event.pk] = _End(
                AttemptResult.PUT_OFF, _told(error) if error else "", trace_id
            )
        self.report.failed += len(events) if error else 0

    def still_ours(self, events: Sequence[InboundEvent]) -> list[InboundEvent]:
        """The events whose claim holds, prolonged where little of it was left."""
        now = timezone.now()
        short = [one for one in events if one.claimed_until and one.claimed_until - now <= MARGIN]
        if not short:
            return list(events)
        kept: set[int] = set()
        for claim, rows in _by_claim(short).items():
            kept |= _extended(claim, rows, now + LEASE)
        lost = {event.pk for event in short} - kept
        for pk in lost:
            self._ends[pk] = _End(AttemptResult.PUT_OFF, "the claim was lost")
        return [event for event in events if event.pk not in lost]

    def settle(self) -> None:
        """Write what became of the events so far, in two statements."""
        now = timezone.now()
        with transaction.atomic(), connection.cursor() as cursor:
            if self._done:
                cursor.execute(_FINISH, self._finished(now))
            if ends := list(self._ends.items()):
                cursor.execute(_END_TRIES, self._ended(ends, now))
        self._done, self._ends = [], {}

    def _finished(self, now: datetime) -> dict[str, Any]:
        return {
            "now": now,
            "ids": [event.pk for event, _outcome, _trace in self._done],
            "claims": [event.claimed_until for event, _outcome, _trace in self._done],
            "outcomes": [_stored(outcome) for _event, outcome, _trace in self._done],
            "traces": [_stored(trace) for _event, _outcome, trace in self._done],
        }

    def _ended(self, ends: Sequence[tuple[int, _End]], now: datetime) -> dict[str, Any]:
        return {
            "now": now,
            "ids": [self._tries[pk] for pk, _end in ends],
            "results": [end.result.value for _pk, end in ends],
            "errors": [_stored(end.error[:4000]) for _pk, end in ends],
            "traces": [_stored(end.trace_id[:128]) for _pk, end in ends],
        }


def take(queryset: QuerySet[InboundEvent], report: DrainReport, *, limit: int) -> Batch | None:
    """Claim due events and note that a try of each begins; None when nothing is due.

    Due events about the same orders are taken along, so that one read answers all of them.
    """
    now = timezone.now()
    with transaction.atomic():
        events = claim_due(queryset, now=now, limit=limit, lease=LEASE)
        if not events:
            return None
        if len(events) > 1:  # one alone may be what kills its workers
            events += _about_the_same(queryset, events, limit=limit, now=now)
        tries = _begin_tries(events, now)
    return Batch(events, report, tries)


def _begin_tries(events: Sequence[InboundEvent], now: datetime) -> dict[int, int]:
    """A line for the try of each event; gives its id by the event's."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN_TRIES, {"now": now, "ids": [event.pk for event in events]})
        return dict(cursor.fetchall())


def _about_the_same(
    queryset: QuerySet[InboundEvent], events: Sequence[InboundEvent], *, limit: int, now: datetime
) -> list[InboundEvent]:
    accounts = {one.integration_id for one in events if one.integration_id is not None}
    forms = {event.checkout_form_id for event in events} - {""}
    if not (accounts and forms):
        return []
    same = queryset.filter(integration_id__in=accounts, checkout_form_id__in=forms)
    return claim_due(same, now=now, limit=limit, lease=LEASE)


def _by_claim(events: Iterable[InboundEvent]) -> dict[datetime | None, list[InboundEvent]]:
    by_claim: dict[datetime | None, list[InboundEvent]] = {}
    for event in events:
        by_claim.setdefault(event.claimed_until, []).append(event)
    return by_claim


def _extended(claim: datetime | None, rows: Sequence[InboundEvent], until: datetime) -> set[int]:
    ours = InboundEvent.objects.filter(
        pk__in=[event.pk for event in rows], state=WorkState.RUNNING, claimed_until=claim
    )
    if ours.update(claimed_until=until) == len(rows):
        kept = {event.pk for event in rows}
    else:
        held = InboundEvent.objects.filter(
            pk__in=[event.pk for event in rows], state=WorkState.RUNNING, claimed_until=until
        )
        kept = set(held.values_list("pk", flat=True))
    for event in rows:
        if event.pk in kept:
            event.claimed_until = until
    return kept


def _told(error: Exception) -> str:
    return str(error)[:4000] or type(error).__name__


def _stored(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
