"""Sent commands are followed to their result, and never sent a second time in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, NotFound, Rejected
from core.work import claim_due, claimed, fail, postpone
from offers.enums import CommandOutcome, ItemState, WriteKind
from offers.operations.commanding.book import KINDS, Book
from offers.operations.commanding.closing import complete, free
from offers.operations.commanding.sending import ends_all
from offers.operations.commanding.storing import LEASE, PATIENCE
from settings_app.models import Integration

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
# A change Allegro accepted for later is done within minutes, and up to two hours are normal (#13228).
OPERATION_PATIENCE = timedelta(hours=2, minutes=15)


def follow_commands(book: Book, *, integration: Integration, client: AllegroClient) -> None:
    """Ask how far the account's open commands are, and settle those with a result.

    A command that was stored and never sent is taken back. One in doubt is asked for by its id: if
    Allegro does not know it, it never arrived, and its offers are computed anew. A mistake of ours
    stays with the command it was made on. Raises what ends all calls of the account (refused
    sign-in, used-up limit); the commands are asked for again.
    """
    open_ones = book.commands.objects.filter(integration=integration)
    for command in claim_due(open_ones, now=timezone.now(), limit=200, lease=LEASE):
        try:
            _follow(book, command, client)
        except AllegroError as error:
            _ask_later(book, command, error)
            if ends_all(error):
                raise
        except Exception as error:
            log.exception("following a command failed", command_id=command.pk)
            _keep_mistake(book, command, error)


def _ask_later(book: Book, command: Any, error: AllegroError) -> None:
    """Ask again, unless Allegro refused or failed to tell for so long that what is shown decides.

    A refused sign-in and a used-up limit are no answer about the command: those are waited for.
    """
    now = timezone.now()
    if not ends_all(error) and _age(command, now) > _patience(command):
        free(book, command, CommandOutcome.NO_RESULT, now)
        return
    postpone(command, until=now + _pause(command, error), reason=str(error))


def _keep_mistake(book: Book, command: Any, error: Exception) -> None:
    """The attempt counts and the pauses grow; in the end what is shown decides here as well."""
    now = timezone.now()
    if _age(command, now) > _patience(command):
        free(book, command, CommandOutcome.NO_RESULT, now)
    else:
        fail(command, error=error, now=now)


def _follow(book: Book, command: Any, client: AllegroClient) -> None:
    now = timezone.now()
    if command.operation_id:
        _follow_operation(book, command, client)
        return
    if command.sent_at is None or command.kind == WriteKind.PATCH:
        free(book, command, CommandOutcome.NOT_ACCEPTED, now)
        return
    kind = KINDS[WriteKind(command.kind)]
    try:
        state = client.commands.status(kind, command.uuid)
    except NotFound:
        known = command.accepted_at is not None
        free(book, command, CommandOutcome.NO_RESULT if known else CommandOutcome.NOT_ACCEPTED, now)
        return
    if command.accepted_at is None:
        claimed(command).update(accepted_at=now)
    finished = state.completed_at or (state.total and state.total == state.success + state.failed)
    if finished:
        items = _with_results(book, command, client.commands.tasks(kind, command.uuid))
        complete(book, command, items, trace_id=client.last_trace_id, now=timezone.now())
    else:
        _wait(book, command, now)


def _follow_operation(book: Book, command: Any, client: AllegroClient) -> None:
    """A change of one offer that Allegro accepted for later."""
    now = timezone.now()
    items = list(book.items.objects.filter(command=command).select_related("offer"))
    try:
        state = client.offers.operation(items[0].offer.allegro_id, command.operation_id)
    except NotFound:
        free(book, command, CommandOutcome.NO_RESULT, now)
        return
    except Rejected as error:
        free(book, command, CommandOutcome.FAILED, now, error=error)
        return
    if not state.done:
        _wait(book, command, now)
        return
    for item in items:
        item.state = ItemState.SUCCESS
    complete(book, command, items, trace_id=state.trace_id, now=now)


def _wait(book: Book, command: Any, now: datetime) -> None:
    if _age(command, now) > _patience(command):
        free(book, command, CommandOutcome.NO_RESULT, now)
    else:
        postpone(command, until=now + _pause(command, None))


def _patience(command: Any) -> timedelta:
    return OPERATION_PATIENCE if command.operation_id else PATIENCE


def _pause(command: Any, error: AllegroError | None) -> timedelta:
    if error is not None:
        return timedelta(seconds=error.retry_after or 10)
    age = _age(command, timezone.now()).total_seconds()
    return timedelta(seconds=min(max(1.0, age / 2), LONGEST_PAUSE))


def _age(command: Any, now: datetime) -> timedelta:
    age: timedelta = now - (command.sent_at or command.created_at)
    return age


def _with_results(book: Book, command: Any, tasks: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The command's items with what Allegro says of each offer; one it does not name stays NEW.

    A task for an offer of somebody else silently does not exist (allegro-api#5465). A task does not
    say which of several prices it is about: when only some of an offer's were taken, its items stay
    NEW, and what is shown decides.
    """
    told: dict[str, list[Mapping[str, Any]]] = {}
    for task in tasks:
        subject, offer = task.get("subject") or {}, task.get("offer") or {}
        if task.get("status") in (ItemState.SUCCESS, ItemState.FAIL):
            told.setdefault(str(subject.get("offerId") or offer.get("id") or ""), []).append(task)
    items = list(book.items.objects.filter(command=command).select_related("offer"))
    for item in items:
        about = told.get(item.offer.allegro_id, [])
        states = {str(task["status"]) for task in about}
        if len(states) == 1:
            item.state = states.pop()
            item.code, item.message = _said(about[0])
    return items


def _said(task: Mapping[str, Any]) -> tuple[str, str]:
    errors = [one for one in task.get("errors") or [] if isinstance(one, Mapping)]
    first = errors[0] if errors else {}
    words = first.get("userMessage") or first.get("message") or task.get("message") or ""
    return str(first.get("code") or "")[:80], str(words)[:500]
