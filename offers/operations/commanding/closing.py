"""Commands are closed: with their results, or without any; their offers' pushes go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from connectors.allegro import AllegroError
from core.enums import WorkState
from offers.enums import CommandOutcome, ItemState, PublicationStatus, PushReason, WriteKind
from offers.models import Offer, OfferPush, StockCommand, StockCommandItem
from offers.operations.verdicts import Verdict, of_error


@transaction.atomic
def complete(
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
def free(
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
