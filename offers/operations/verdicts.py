"""What became of pushes that were looked at, or whose call failed; written in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one push stands now. ``counts``: this look was an attempt, and not just a wait.

    ``shown`` is what Allegro shows: a quantity, or the canonical text of another value. ``target`` and
    ``unexplained_since`` are of stock alone.
    """

    push: Any
    state: WorkState
    reason: PushReason
    at: datetime
    counts: bool = True
    target: int | None = None
    shown: Any = None
    error: str = ""
    trace_id: str = ""
    misses: int = 0
    unexplained_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The table of a kind of pushes and its own columns, with their types, that a verdict writes."""

    table: str
    own: Mapping[str, str]
    also: str = ""


STOCK_SHAPE = Shape(
    "offers_offerpush",
    {"target": "int", "shown": "int", "unexplained_since": "timestamptz"},
    "urgent = push.urgent AND (push.wish <> new.wish OR new.state = 'PENDING'),",
)
VALUE_SHAPE = Shape("offers_valuepush", {"shown": "text"})

# A wish that came while the row was worked on makes it due again: the newest wins.
_WRITE = """
    UPDATE {table} AS push
       SET state = CASE WHEN push.wish = new.wish THEN new.state ELSE 'PENDING' END,
           attempts = CASE WHEN push.wish <> new.wish THEN 0
               WHEN new.counts THEN push.attempts ELSE push.attempts - 1 END,
           next_attempt_at = CASE WHEN push.wish = new.wish THEN new.at ELSE %(now)s END,
           finished_at = CASE WHEN push.wish = new.wish AND new.state IN ('DONE', 'DEAD')
               THEN %(now)s END,
           {also} {own}
           claimed_until = NULL, reason = new.reason,
           last_error = new.error, last_trace_id = new.trace_id, misses = new.misses
      FROM unnest(%(id)s::bigint[], %(wish)s::int[], %(state)s::text[], %(reason)s::text[],
                  %(at)s::timestamptz[], %(counts)s::boolean[], %(error)s::text[],
                  %(trace_id)s::text[], %(misses)s::int[], %(claim)s::timestamptz[], {arrays})
        AS new (id, wish, state, reason, at, counts, error, trace_id, misses, claimed_until, {names})
     WHERE push.id = new.id AND push.state = 'RUNNING' AND push.claimed_until = new.claimed_until
    RETURNING push.id, push.state
"""


def settle(
    verdicts: Sequence[Verdict], *, now: datetime, shape: Shape = STOCK_SHAPE
) -> dict[int, str]:
    """Write the verdicts of claimed pushes; a push whose claim was lost is left to whoever has it.

    Returns the state each written push is in now, by its id.
    """
    if not verdicts:
        return {}
    values: dict[str, Any] = {
        "now": now,
        "id": [one.push.pk for one in verdicts],
        "wish": [one.push.wish for one in verdicts],
        "state": [one.state.value for one in verdicts],
        "reason": [one.reason.value for one in verdicts],
        "at": [one.at for one in verdicts],
        "counts": [one.counts for one in verdicts],
        "error": [one.error[:4000] for one in verdicts],
        "trace_id": [one.trace_id[:128] for one in verdicts],
        "misses": [one.misses for one in verdicts],
        "claim": [one.push.claimed_until for one in verdicts],
        **{name: [getattr(one, name) for one in verdicts] for name in shape.own},
    }
    statement = _WRITE.format(
        table=shape.table,
        also=shape.also,
        own="".join(f"{name} = new.{name}, " for name in shape.own),
        arrays=", ".join(f"%({name})s::{kind}[]" for name, kind in shape.own.items()),
        names=", ".join(shape.own),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())


def done(push: Any, reason: PushReason, *, now: datetime, **found: Any) -> Verdict:
    """Nothing more is to be done."""
    return Verdict(push, WorkState.DONE, reason, now, **found)


def later(
    push: Any,
    reason: PushReason,
    *,
    now: datetime,
    seconds: float,
    target: int | None = None,
    shown: Any = None,
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
        target=_target(push) if target is None else target,
        shown=push.shown if shown is None else shown,
        error=error,
        misses=push.misses if misses is None else misses,
        unexplained_since=unexplained_since,
    )


def parked(
    push: Any,
    reason: PushReason,
    *,
    now: datetime,
    target: int | None = None,
    shown: Any = None,
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
    push: Any,
    reason: PushReason,
    *,
    now: datetime,
    target: int | None = None,
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
        unexplained_since=getattr(push, "unexplained_since", None),
    )


def of_error(
    push: Any, error: AllegroError, *, now: datetime, target: int | None = None
) -> Verdict:
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


def _target(push: Any) -> int | None:
    """Of pushes of stock alone: what was wanted last time."""
    found: int | None = getattr(push, "target", None)
    return found


def _words(error: AllegroError) -> str:
    fields = [f"{one.path}: {one.user_message or one.message}".strip(": ") for one in error.errors]
    return "; ".join(fields) or str(error) or type(error).__name__
