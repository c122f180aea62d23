"""Commands of stock: stored, sent, followed to their result, and never sent a second time in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.allegro import (
    AllegroClient,
    AllegroError,
    AuthError,
    CommandKind,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
)
from core.enums import WorkState
from core.work import claim_due, claimed, postpone
from offers.enums import CommandOutcome, ItemState, PublicationStatus, PushReason, WriteKind
from offers.models import Offer, OfferPush, StockCommand, StockCommandItem
from offers.operations.verdicts import Verdict, failed, later, parked
from offers.planning import Write
from settings_app.models import Integration
from settings_app.queries import stock_stop

log = structlog.get_logger(__name__)

# Seconds usually, up to an hour (allegro-api#3696); after that what is shown decides.
PATIENCE = timedelta(hours=1)
LONGEST_PAUSE = 60.0
LEASE = timedelta(minutes=2)
KINDS = {
    WriteKind.BULK: CommandKind.BULK,
    WriteKind.QUANTITY: CommandKind.QUANTITY,
    WriteKind.END: CommandKind.PUBLICATION,
    WriteKind.ACTIVATE: CommandKind.PUBLICATION,
}


@transaction.atomic
def store(
    *,
    integration: Integration,
    writes: Sequence[Write],
    shown: Mapping[int, int],
    pushes: Mapping[int, OfferPush],
    now: datetime,
) -> list[StockCommand]:
    """Write down what is about to be sent, and let each offer's push wait for it."""
    commands = StockCommand.objects.bulk_create(
        StockCommand(
            organization_id=integration.organization_id,
            integration=integration,
            kind=write.kind,
            created_at=now,
            next_attempt_at=now + LEASE,
        )
        for write in writes
    )
    items = [
        StockCommandItem(
            organization_id=integration.organization_id,
            command=command,
            offer_id=wish.offer_id,
            value=wish.value,
            shown_before=shown.get(wish.offer_id),
        )
        for command, write in zip(commands, writes, strict=True)
        for wish in write.wishes
    ]
    StockCommandItem.objects.bulk_create(items)
    for item in items:
        push = pushes[item.offer_id]
        push.command, push.target, push.shown = item.command, item.value, item.shown_before
        push.state, push.reason, push.claimed_until = WorkState.PENDING, PushReason.COMMAND, None
        push.next_attempt_at = now + PATIENCE + LEASE
        # From this number on, the next fall that nothing explains is waited for anew.
        push.unexplained_since = None
    OfferPush.objects.bulk_update(
        (pushes[item.offer_id] for item in items),
        [
            "command", "target", "shown", "state", "reason", "claimed_until", "next_attempt_at",
            "unexplained_since",
        ],
        batch_size=500,
    )  # fmt: skip
    return commands


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
        if stopped or (error is not None and _ends_all(error)):
            for unsent in commands[number + (0 if stopped else 1) :]:
                _free(unsent, CommandOutcome.NOT_ACCEPTED, timezone.now(), error=error)
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
    _complete(command, [item], trace_id=answer.trace_id, now=timezone.now())


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


def _ends_all(error: AllegroError) -> bool:
    return isinstance(error, AuthError | RateLimited)


def _sending_failed(command: StockCommand, error: AllegroError) -> None:
    """A clear refusal frees the offers at once. Without a clear answer Allegro is asked later."""
    now = timezone.now()
    clear = isinstance(error, Rejected | NotFound | Conflict | AuthError | RateLimited)
    if clear or command.kind == WriteKind.PATCH:
        _free(command, CommandOutcome.FAILED, now, error=error)
        return
    StockCommand.objects.filter(pk=command.pk).update(
        next_attempt_at=now + timedelta(seconds=10),
        last_error=str(error)[:4000],
        last_trace_id=error.trace_id[:128],
    )


def follow_commands(*, integration: Integration, client: AllegroClient) -> None:
    """Ask how far the account's open commands are, and settle those with a result.

    A command that was stored and never sent is taken back. One in doubt is asked for by its id: if
    Allegro does not know it, it never arrived, and its offers are computed anew. Raises what ends
    all calls of the account (refused sign-in, used-up limit); the commands are asked for again.
    """
    open_ones = StockCommand.objects.filter(integration=integration)
    for command in claim_due(open_ones, now=timezone.now(), limit=200, lease=LEASE):
        try:
            _follow(command, client)
        except AllegroError as error:
            _ask_later(command, error)
            if _ends_all(error):
                raise


def _ask_later(command: StockCommand, error: AllegroError) -> None:
    """Ask again, unless Allegro refused or failed to tell for so long that what is shown decides.

    A refused sign-in and a used-up limit are no answer about the command: those are waited for.
    """
    now = timezone.now()
    if not _ends_all(error) and now - (command.sent_at or command.created_at) > PATIENCE:
        _free(command, CommandOutcome.NO_RESULT, now)
        return
    postpone(command, until=now + _pause(command, error), reason=str(error))


def _follow(command: StockCommand, client: AllegroClient) -> None:
    now = timezone.now()
    if command.sent_at is None or command.kind == WriteKind.PATCH:
        _free(command, CommandOutcome.NOT_ACCEPTED, now)
        return
    kind = KINDS[WriteKind(command.kind)]
    try:
        state = client.commands.status(kind, command.uuid)
    except NotFound:
        known = command.accepted_at is not None
        _free(command, CommandOutcome.NO_RESULT if known else CommandOutcome.NOT_ACCEPTED, now)
        return
    if command.accepted_at is None:
        claimed(command).update(accepted_at=now)
    finished = state.completed_at or (state.total and state.total == state.success + state.failed)
    if finished:
        items = _with_results(command, client.commands.tasks(kind, command.uuid))
        _complete(command, items, trace_id=client.last_trace_id, now=timezone.now())
    elif now - command.sent_at > PATIENCE:
        _free(command, CommandOutcome.NO_RESULT, now)
    else:
        postpone(command, until=now + _pause(command, None))


def _pause(command: StockCommand, error: AllegroError | None) -> timedelta:
    if error is not None:
        return timedelta(seconds=error.retry_after or 10)
    age = (timezone.now() - (command.sent_at or command.created_at)).total_seconds()
    return timedelta(seconds=min(max(1.0, age / 2), LONGEST_PAUSE))


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


@transaction.atomic
def _complete(
    command: StockCommand, items: Sequence[StockCommandItem], *, trace_id: str, now: datetime
) -> None:
    """Write the results: what was done is read back next, what was refused waits for a person."""
    StockCommandItem.objects.bulk_update(items, ["state", "code", "message"], batch_size=500)
    done = [item for item in items if item.state == ItemState.SUCCESS]
    refused = [item for item in items if item.state == ItemState.FAIL]
    outcome = CommandOutcome.DONE
    if len(done) < len(items):
        outcome = CommandOutcome.PARTLY if done else CommandOutcome.FAILED
    _close(command, outcome, now, last_trace_id=trace_id[:128], last_error="")
    _note_on_offers(command, done, now)
    _release(command, [item.offer_id for item in done], now, reason=PushReason.COMMAND)
    for item in refused:
        OfferPush.objects.filter(command=command, offer_id=item.offer_id).update(
            state=WorkState.WAITING_FOR_PERSON,
            reason=PushReason.REFUSED,
            last_error=f"{item.code}: {item.message}".strip(": "),
            last_trace_id=trace_id[:128],
            claimed_until=None,
            command=None,
            urgent=False,
        )
    silent = [item.offer_id for item in items if item.state == ItemState.NEW]
    _release(command, silent, now, reason=PushReason.NO_RESULT)


def _note_on_offers(command: StockCommand, done: Sequence[StockCommandItem], now: datetime) -> None:
    """What the offers show now, by Allegro's own word; the next listing has the last one."""
    seen_at = command.sent_at or now
    offers = [item.offer for item in done]
    for item in done:
        offer = item.offer
        offer.content_hash = ""
        if command.kind == WriteKind.ACTIVATE:
            offer.publication_status, offer.emptied_at = PublicationStatus.ACTIVE, None
            continue
        if command.kind == WriteKind.END or item.value == 0:
            offer.publication_status, offer.emptied_at = PublicationStatus.ENDED, now
        if command.kind != WriteKind.END:
            offer.stock_shown = offer.stock_available = item.value
            offer.stock_shown_at = seen_at
    Offer.objects.bulk_update(
        offers,
        [
            "content_hash", "publication_status", "emptied_at", "stock_shown", "stock_shown_at",
            "stock_available",
        ],
        batch_size=500,
    )  # fmt: skip


@transaction.atomic
def _free(
    command: StockCommand,
    outcome: CommandOutcome,
    now: datetime,
    *,
    error: AllegroError | None = None,
) -> None:
    """Close a command without results. Its offers are looked at again, or settled by the error."""
    words, trace_id = (str(error), error.trace_id) if error else ("", "")
    _close(command, outcome, now, last_error=words[:4000], last_trace_id=trace_id[:128])
    pushes = list(OfferPush.objects.filter(command=command))
    if error is None:
        lost = outcome == CommandOutcome.NO_RESULT
        ids = [push.offer_id for push in pushes]
        _release(command, ids, now, reason=PushReason.NO_RESULT if lost else "")
        return
    for push in pushes:
        _apply(of_error(push, error, now=now, target=push.target))


def _apply(verdict: Verdict) -> None:
    """A verdict on a push that waited for a command, and is therefore claimed by nobody."""
    OfferPush.objects.filter(pk=verdict.push.pk).update(
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


def _close(command: StockCommand, outcome: CommandOutcome, now: datetime, **values: Any) -> None:
    StockCommand.objects.filter(pk=command.pk).update(
        state=WorkState.DONE,
        outcome=outcome,
        completed_at=now,
        finished_at=now,
        claimed_until=None,
        **values,
    )


def _release(
    command: StockCommand, offer_ids: Sequence[int], now: datetime, *, reason: str
) -> None:
    """Make pushes due again that waited for a command, from their first attempt."""
    OfferPush.objects.filter(command=command, offer_id__in=offer_ids).update(
        state=WorkState.PENDING,
        reason=reason,
        next_attempt_at=now,
        claimed_until=None,
        command=None,
        attempts=0,
    )
