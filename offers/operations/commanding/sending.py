"""Stored commands are sent one by one; the switches are looked at before each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from connectors.allegro import (
    AllegroClient,
    AllegroError,
    AuthError,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
)
from connectors.allegro.types import Accepted
from offers.enums import CommandOutcome, ItemState, WriteKind
from offers.operations.commanding.book import Book
from offers.operations.commanding.closing import complete, free
from settings_app.models import Integration


def send_all(
    book: Book, *, integration: Integration, commands: Sequence[Any], client: AllegroClient
) -> bool:
    """Send stored commands one by one, looking at the switches before each; False: stopped early.

    What was not sent is taken back, so that its offers are computed anew. Raises nothing: a failure
    is written where it belongs.
    """
    by_command: dict[int, list[Any]] = {one.pk: [] for one in commands}
    for item in book.items.objects.filter(command__in=by_command).select_related("offer"):
        by_command[item.command_id].append(item)
    for number, command in enumerate(commands):
        items = by_command[command.pk]
        stopped = book.is_stopped(integration_id=integration.pk, items=items)
        error = None if stopped else _send(book, command, items, client)
        if stopped or (error is not None and ends_all(error)):
            for unsent in commands[number + (0 if stopped else 1) :]:
                free(book, unsent, CommandOutcome.NOT_ACCEPTED, timezone.now(), error=error)
            return False
    return True


def _send(
    book: Book, command: Any, items: Sequence[Any], client: AllegroClient
) -> AllegroError | None:
    book.commands.objects.filter(pk=command.pk).update(sent_at=timezone.now())
    try:
        if command.kind == WriteKind.PATCH:
            _patch(book, command, items, client)
        else:
            state = book.register(command, items, client)
            _accepted(book, command, 1.0, trace_id=state.trace_id)
    except AllegroError as error:
        _sending_failed(book, command, error)
        return error
    return None


def _patch(book: Book, command: Any, items: Sequence[Any], client: AllegroClient) -> None:
    answer = book.patch(items, client)
    if isinstance(answer, Accepted):
        # Allegro finishes it later, minutes usually; its number cannot be asked for again.
        _accepted(
            book,
            command,
            answer.retry_after or 5.0,
            trace_id=answer.trace_id,
            operation_id=answer.operation_id,
        )
        return
    for item in items:
        item.state = ItemState.SUCCESS
    complete(book, command, items, trace_id=answer.trace_id, now=timezone.now())


def _accepted(book: Book, command: Any, pause: float, *, trace_id: str, **values: str) -> None:
    now = timezone.now()
    book.commands.objects.filter(pk=command.pk).update(
        accepted_at=now,
        next_attempt_at=now + timedelta(seconds=pause),
        last_trace_id=trace_id[:128],
        **values,
    )


def ends_all(error: AllegroError) -> bool:
    """Whether no further call of the account would go better."""
    return isinstance(error, AuthError | RateLimited)


def _sending_failed(book: Book, command: Any, error: AllegroError) -> None:
    """A clear refusal frees the offers at once. Without a clear answer Allegro is asked later."""
    now = timezone.now()
    clear = isinstance(error, Rejected | NotFound | Conflict | AuthError | RateLimited)
    if clear or command.kind == WriteKind.PATCH:
        free(book, command, CommandOutcome.FAILED, now, error=error)
        return
    book.commands.objects.filter(pk=command.pk).update(
        next_attempt_at=now + timedelta(seconds=10),
        last_error=str(error)[:4000],
        last_trace_id=error.trace_id[:128],
    )
