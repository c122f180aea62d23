"""Commands are closed: with their results, or without any; the pushes behind them go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from connectors.allegro import AllegroError
from core.bulk import update_rows
from core.enums import WorkState
from offers.enums import CommandOutcome, ItemState, PushReason
from offers.operations.commanding.book import Book
from offers.operations.verdicts import Verdict, of_error

# A push that ended here; others go on, and end when they were looked at again.
_ENDED = (WorkState.WAITING_FOR_PERSON, WorkState.DEAD)


@transaction.atomic
def complete(
    book: Book, command: Any, items: Sequence[Any], *, trace_id: str, now: datetime
) -> None:
    """Write the results: what was done is read back next, what was refused waits for a person."""
    update_rows(items, ["state", "code", "message"])
    done = [item for item in items if item.state == ItemState.SUCCESS]
    refused = [item for item in items if item.state == ItemState.FAIL]
    outcome = CommandOutcome.DONE
    if len(done) < len(items):
        outcome = CommandOutcome.PARTLY if done else CommandOutcome.FAILED
    _close(book, command, outcome, now, last_trace_id=trace_id[:128], last_error="")
    book.note(command, done, now)
    _release(book, command, done, now, reason=PushReason.COMMAND)
    _refuse(book, command, refused, trace_id=trace_id, now=now)
    silent = [item for item in items if item.state == ItemState.NEW]
    _release(book, command, silent, now, reason=PushReason.NO_RESULT)


def _refuse(
    book: Book, command: Any, refused: Sequence[Any], *, trace_id: str, now: datetime
) -> None:
    ended: list[int] = []
    for item in refused:
        pushes = book.pushes_of(command, [item])
        ended += pushes.values_list("pk", flat=True)
        pushes.update(
            state=WorkState.WAITING_FOR_PERSON,
            reason=PushReason.REFUSED,
            last_error=f"{item.code}: {item.message}".strip(": "),
            last_trace_id=trace_id[:128],
            claimed_until=None,
            command=None,
            **book.ended,
        )
    book.tell(ended, now=now)


@transaction.atomic
def free(
    book: Book,
    command: Any,
    outcome: CommandOutcome,
    now: datetime,
    *,
    error: AllegroError | None = None,
) -> None:
    """Close a command without results. Its offers are looked at again, or settled by the error."""
    words, trace_id = (str(error), error.trace_id) if error else ("", "")
    _close(book, command, outcome, now, last_error=words[:4000], last_trace_id=trace_id[:128])
    if error is None:
        lost = outcome == CommandOutcome.NO_RESULT
        items = list(book.items.objects.filter(command=command))
        _release(book, command, items, now, reason=PushReason.NO_RESULT if lost else "")
        return
    ended = []
    for push in book.pushes.objects.filter(command=command):
        verdict = of_error(push, error, now=now)
        _apply(book, verdict)
        if verdict.state in _ENDED:
            ended.append(push.pk)
    book.tell(ended, now=now)


def _apply(book: Book, verdict: Verdict) -> None:
    """A verdict on a push that waited for a command, and is therefore claimed by nobody."""
    book.pushes.objects.filter(pk=verdict.push.pk).update(
        state=verdict.state,
        reason=verdict.reason,
        next_attempt_at=verdict.at,
        last_error=verdict.error[:4000],
        last_trace_id=verdict.trace_id[:128],
        finished_at=verdict.at if verdict.state == WorkState.DEAD else None,
        claimed_until=None,
        command=None,
        attempts=F("attempts") if verdict.counts else F("attempts") - 1,
    )


def _close(book: Book, command: Any, outcome: CommandOutcome, now: datetime, **values: Any) -> None:
    book.commands.objects.filter(pk=command.pk).update(
        state=WorkState.DONE,
        outcome=outcome,
        completed_at=now,
        finished_at=now,
        claimed_until=None,
        **values,
    )


def _release(book: Book, command: Any, items: Sequence[Any], now: datetime, *, reason: str) -> None:
    """Make pushes due again that waited for a command, from their first attempt."""
    book.pushes_of(command, items).update(
        state=WorkState.PENDING,
        reason=reason,
        next_attempt_at=now,
        claimed_until=None,
        command=None,
        attempts=0,
    )
