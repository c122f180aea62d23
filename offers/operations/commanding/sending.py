"""Stored commands are sent one by one; the switches are looked at before each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

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
from offers.enums import CommandOutcome, ItemState, WriteKind
from offers.models import StockCommand, StockCommandItem
from offers.operations.commanding.closing import complete, free
from settings_app.models import Integration
from settings_app.queries import stock_stop


def send_all(
    *, integration: Integration, commands: Sequence[StockCommand], client: AllegroClient
) -> bool:
    """Send stored commands one by one, looking at the switches before each; False: stopped early.

    What was not sent is taken back, so that its offers are computed anew. Raises nothing: a failure
    is written where it belongs.
    """
    by_command: dict[int, list[StockCommandItem]] = {one.pk: [] for one in commands}
    for item in StockCommandItem.objects.filter(command__in=by_command).select_related("offer"):
        by_command[item.command_id].append(item)
    for number, command in enumerate(commands):
        stopped = stock_stop(integration_id=integration.pk)
        error = None if stopped else _send(command, by_command[command.pk], client)
        if stopped or (error is not None and ends_all(error)):
            for unsent in commands[number + (0 if stopped else 1) :]:
                free(unsent, CommandOutcome.NOT_ACCEPTED, timezone.now(), error=error)
            return False
    return True


def _send(
    command: StockCommand, items: Sequence[StockCommandItem], client: AllegroClient
) -> AllegroError | None:
    StockCommand.objects.filter(pk=command.pk).update(sent_at=timezone.now())
    try:
        if command.kind == WriteKind.PATCH:
            _patch(command, items[0], client)
        else:
            _register(command, items, client)
    except AllegroError as error:
        _sending_failed(command, error)
        return error
    return None


def _patch(command: StockCommand, item: StockCommandItem, client: AllegroClient) -> None:
    answer = client.offers.patch(
        item.offer.allegro_id, {"stock": {"available": item.value, "unit": "UNIT"}}
    )
    item.state = ItemState.SUCCESS
    complete(command, [item], trace_id=answer.trace_id, now=timezone.now())


def _register(
    command: StockCommand, items: Sequence[StockCommandItem], client: AllegroClient
) -> None:
    ids = [item.offer.allegro_id for item in items]
    if command.kind == WriteKind.BULK:
        state = client.commands.bulk_modify(
            command.uuid,
            modifications=[
                {
                    "offerId": item.offer.allegro_id,
                    "stock": {"changeType": "FIXED", "value": item.value},
                }
                for item in items
            ],
        )
    elif command.kind == WriteKind.QUANTITY:
        state = client.commands.change_quantity(command.uuid, offer_ids=ids, value=items[0].value)
    else:
        state = client.commands.publish(command.uuid, offer_ids=ids, action=command.kind)
    now = timezone.now()
    StockCommand.objects.filter(pk=command.pk).update(
        accepted_at=now, next_attempt_at=now + timedelta(seconds=1), last_trace_id=state.trace_id
    )


def ends_all(error: AllegroError) -> bool:
    """Whether no further call of the account would go better."""
    return isinstance(error, AuthError | RateLimited)


def _sending_failed(command: StockCommand, error: AllegroError) -> None:
    """A clear refusal frees the offers at once. Without a clear answer Allegro is asked later."""
    now = timezone.now()
    clear = isinstance(error, Rejected | NotFound | Conflict | AuthError | RateLimited)
    if clear or command.kind == WriteKind.PATCH:
        free(command, CommandOutcome.FAILED, now, error=error)
        return
    StockCommand.objects.filter(pk=command.pk).update(
        next_attempt_at=now + timedelta(seconds=10),
        last_error=str(error)[:4000],
        last_trace_id=error.trace_id[:128],
    )
