"""What became of pushes that were looked at, or whose call failed; written in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from connectors.allegro import (
    AllegroError,
    AuthError,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
)
from core.enums import WorkState
from core.work import MAX_ATTEMPTS, backoff
from offers.enums import PushReason
from offers.models import OfferPush


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one push stands now. ``counts``: this look was an attempt, and not just a wait."""

    push: OfferPush
    state: WorkState
    reason: PushReason
    at: datetime
    counts: bool = True
    target: int | None = None
    shown: int | None = None
    error: str = ""
    trace_id: str = ""
    misses: int = 0
    unexplained_since: datetime | None = None


# A wish that came while the row was worked on makes it due again: the newest wins.
_WRITE = """
    UPDATE offers_offerpush AS push
       SET state = CASE WHEN push.wish = new.wish THEN new.state ELSE 'PENDING' END,
           attempts = CASE WHEN push.wish <> new.wish THEN 0
               WHEN new.counts THEN push.attempts ELSE push.attempts - 1 END,
           next_attempt_at = CASE WHEN push.wish = new.wish THEN new.at ELSE %(now)s END,
           finished_at = CASE WHEN push.wish = new.wish AND new.state IN ('DONE', 'DEAD')
               THEN %(now)s END,
           urgent = push.urgent AND (push.wish <> new.wish OR new.state = 'PENDING'),
           claimed_until = NULL, reason = new.reason, target = new.target, shown = new.shown,
           last_error = new.error, last_trace_id = new.trace_id, misses = new.misses,
           unexplained_since = new.unexplained_since
      FROM unnest(%(ids)s::bigint[], %(wishes)s::int[], %(states)s::text[], %(reasons)s::text[],
                  %(ats)s::timestamptz[], %(counts)s::boolean[], %(targets)s::int[],
                  %(showns)s::int[], %(errors)s::text[], %(traces)s::text[], %(misses)s::int[],
                  %(unexplained)s::timestamptz[], %(claims)s::timestamptz[])
        AS new (id, wish, state, reason, at, counts, target, shown, error, trace_id, misses,
                unexplained_since, claimed_until)
     WHERE push.id = new.id AND push.state = 'RUNNING' AND push.claimed_until = new.claimed_until
"""


def settle(verdicts: Sequence[Verdict], *, now: datetime) -> None:
    """Write the verdicts of claimed pushes; a push whose claim was lost is left to whoever has it."""
    if not verdicts:
        return
    values: dict[str, Any] = {
        "now": now,
        "ids": [one.push.pk for one in verdicts],
        "wishes": [one.push.wish for one in verdicts],
        "states": [one.state.value for one in verdicts],
        "reasons": [one.reason.value for one in verdicts],
        "ats": [one.at for one in verdicts],
        "counts": [one.counts for one in verdicts],
        "targets": [one.target for one in verdicts],
        "showns": [one.shown for one in verdicts],
        "errors": [one.error[:4000] for one in verdicts],
        "traces": [one.trace_id[:128] for one in verdicts],
        "misses": [one.misses for one in verdicts],
        "unexplained": [one.unexplained_since for one in verdicts],
        "claims": [one.push.claimed_until for one in verdicts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)


def done(push: OfferPush, reason: PushReason, *, now: datetime, **found: int | None) -> Verdict:
    """Nothing more is to be done."""
    return Verdict(push, WorkState.DONE, reason, now, **found)  # type: ignore[arg-type]


def later(
    push: OfferPush,
    reason: PushReason,
    *,
    now: datetime,
    seconds: float,
    target: int | None = None,
    shown: int | None = None,
    error: str = "",
    misses: int | None = None,
    unexplained_since: datetime | None = None,
) -> Verdict:
    """The world was not ready; looked at again by itself, without counting an attempt."""
    return Verdict(
        push,
        WorkState.PENDING,
        reason,
        now + timedelta(seconds=seconds),
        counts=False,
        target=push.target if target is None else target,
        shown=push.shown if shown is None else shown,
        error=error,
        misses=push.misses if misses is None else misses,
        unexplained_since=unexplained_since,
    )


def parked(
    push: OfferPush,
    reason: PushReason,
    *,
    now: datetime,
    target: int | None,
    shown: int | None = None,
    error: str = "",
    trace_id: str = "",
) -> Verdict:
    """Only a person can bring it on."""
    return Verdict(
        push,
        WorkState.WAITING_FOR_PERSON,
        reason,
        now,
        target=target,
        shown=shown,
        error=error,
        trace_id=trace_id,
    )


def failed(
    push: OfferPush,
    reason: PushReason,
    *,
    now: datetime,
    target: int | None,
    error: str,
    trace_id: str,
) -> Verdict:
    """An attempt failed that may be repeated: again after a growing pause, given up after the sixth."""
    dead = push.attempts >= MAX_ATTEMPTS
    return Verdict(
        push,
        WorkState.DEAD if dead else WorkState.PENDING,
        reason,
        now if dead else now + backoff(push.attempts),
        target=target,
        shown=push.shown,
        error=error,
        trace_id=trace_id,
        misses=push.misses,
        unexplained_since=push.unexplained_since,
    )


def of_error(push: OfferPush, error: AllegroError, *, now: datetime, target: int | None) -> Verdict:
    """What an error of a call means for a push: wait, try again, or ask a person."""
    words, trace_id = _words(error), error.trace_id
    if isinstance(error, RateLimited):
        seconds = error.retry_after or 60
        return later(push, PushReason.LIMIT, now=now, seconds=seconds, target=target, error=words)
    if isinstance(error, AuthError):
        seconds = error.retry_after or 600
        return later(push, PushReason.SIGN_IN, now=now, seconds=seconds, target=target, error=words)
    permanent = {
        Forbidden: PushReason.FORBIDDEN,
        Rejected: PushReason.REFUSED,
        NotFound: PushReason.GONE,
    }
    for kind, reason in permanent.items():
        if isinstance(error, kind):
            return parked(push, reason, now=now, target=target, error=words, trace_id=trace_id)
    reason = PushReason.BUSY if isinstance(error, Conflict) else PushReason.AWAY
    if error.code == "unusable_answer":
        reason = PushReason.UNREADABLE
    return failed(push, reason, now=now, target=target, error=words, trace_id=trace_id)


def _words(error: AllegroError) -> str:
    fields = [f"{one.path}: {one.user_message or one.message}".strip(": ") for one in error.errors]
    return "; ".join(fields) or str(error) or type(error).__name__
