"""Sent commands are followed to their result, and never sent a second time in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, CommandKind, NotFound
from core.work import claim_due, claimed, fail, postpone
from offers.enums import CommandOutcome, ItemState, WriteKind
from offers.models import StockCommand, StockCommandItem
from offers.operations.commanding.closing import complete, free
from offers.operations.commanding.sending import ends_all
from offers.operations.commanding.storing import LEASE, PATIENCE
from settings_app.models import Integration

log = structlog.get_logger(__name__)

KINDS = {
    WriteKind.BULK: CommandKind.BULK,
    WriteKind.QUANTITY: CommandKind.QUANTITY,
    WriteKind.END: CommandKind.PUBLICATION,
    WriteKind.ACTIVATE: CommandKind.PUBLICATION,
}
LONGEST_PAUSE = 60.0


def follow_commands(*, integration: Integration, client: AllegroClient) -> None:
    """Ask how far the account's open commands are, and settle those with a result.

    A command that was stored and never sent is taken back. One in doubt is asked for by its id: if
    Allegro does not know it, it never arrived, and its offers are computed anew. A mistake of ours
    stays with the command it was made on. Raises what ends all calls of the account (refused
    sign-in, used-up limit); the commands are asked for again.
    """
    open_ones = StockCommand.objects.filter(integration=integration)
    for command in claim_due(open_ones, now=timezone.now(), limit=200, lease=LEASE):
        try:
            _follow(command, client)
        except AllegroError as error:
            _ask_later(command, error)
            if ends_all(error):
                raise
        except Exception as error:
            log.exception("following a stock command failed", command_id=command.pk)
            _keep_mistake(command, error)


def _ask_later(command: StockCommand, error: AllegroError) -> None:
    """Ask again, unless Allegro refused or failed to tell for so long that what is shown decides.

    A refused sign-in and a used-up limit are no answer about the command: those are waited for.
    """
    now = timezone.now()
    if not ends_all(error) and _age(command, now) > PATIENCE:
        free(command, CommandOutcome.NO_RESULT, now)
        return
    postpone(command, until=now + _pause(command, error), reason=str(error))


def _keep_mistake(command: StockCommand, error: Exception) -> None:
    """The attempt counts and the pauses grow; in the end what is shown decides here as well."""
    now = timezone.now()
    if _age(command, now) > PATIENCE:
        free(command, CommandOutcome.NO_RESULT, now)
    else:
        fail(command, error=error, now=now)


def _follow(command: StockCommand, client: AllegroClient) -> None:
    now = timezone.now()
    if command.sent_at is None or command.kind == WriteKind.PATCH:
        free(command, CommandOutcome.NOT_ACCEPTED, now)
        return
    kind = KINDS[WriteKind(command.kind)]
    try:
        state = client.commands.status(kind, command.uuid)
    except NotFound:
        known = command.accepted_at is not None
        free(command, CommandOutcome.NO_RESULT if known else CommandOutcome.NOT_ACCEPTED, now)
        return
    if command.accepted_at is None:
        claimed(command).update(accepted_at=now)
    finished = state.completed_at or (state.total and state.total == state.success + state.failed)
    if finished:
        items = _with_results(command, client.commands.tasks(kind, command.uuid))
        complete(command, items, trace_id=client.last_trace_id, now=timezone.now())
    elif now - command.sent_at > PATIENCE:
        free(command, CommandOutcome.NO_RESULT, now)
    else:
        postpone(command, until=now + _pause(command, None))


def _pause(command: StockCommand, error: AllegroError | None) -> timedelta:
    if error is not None:
        return timedelta(seconds=error.retry_after or 10)
    age = _age(command, timezone.now()).total_seconds()
    return timedelta(seconds=min(max(1.0, age / 2), LONGEST_PAUSE))


def _age(command: StockCommand, now: datetime) -> timedelta:
    return now - (command.sent_at or command.created_at)


def _with_results(
    command: StockCommand, tasks: Iterable[Mapping[str, Any]]
) -> list[StockCommandItem]:
    """The command's offers with what Allegro says of each; one it does not name stays NEW.

    A task for an offer of somebody else silently does not exist (allegro-api#5465).
    """
    items = {
        item.offer.allegro_id: item
        for item in StockCommandItem.objects.filter(command=command).select_related("offer")
    }
    for task in tasks:
        subject, offer = task.get("subject") or {}, task.get("offer") or {}
        item = items.get(str(subject.get("offerId") or offer.get("id") or ""))
        if item is not None and task.get("status") in (ItemState.SUCCESS, ItemState.FAIL):
            item.state = str(task["status"])
            item.code, item.message = _said(task)
    return list(items.values())


def _said(task: Mapping[str, Any]) -> tuple[str, str]:
    errors = [one for one in task.get("errors") or [] if isinstance(one, Mapping)]
    first = errors[0] if errors else {}
    words = first.get("userMessage") or first.get("message") or task.get("message") or ""
    return str(first.get("code") or "")[:80], str(words)[:500]
