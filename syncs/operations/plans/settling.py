"""What was sent comes to its end: the results of pushes written to the plans that asked for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from core.bulk import update_rows
from core.enums import WorkState
from offers.enums import Field, PushReason
from offers.field_reasons import FieldReason
from offers.locks import lock_fields
from offers.models import FieldState, OfferPush, ValuePush
from offers.operations import Agreed, agree
from offers.values import stock_text
from settings_app.models import Integration
from syncs.enums import ChangeState, SyncScope
from syncs.models import PlannedChange, SyncRun
from syncs.operations.conflicts.settling import settle_conflicts
from syncs.operations.plans.conflicts import close_conflicts
from syncs.operations.start import hint_runs

BATCH = 500
_COLUMNS = ("state", "outcome", "message", "former", "finished_at")
_SHOWN = (PushReason.EQUAL, PushReason.SENT)
_OUTCOMES = {
    PushReason.CHANGED_MEANWHILE: (ChangeState.CHANGED, FieldReason.CHANGED_SINCE),
    PushReason.REPLACED: (ChangeState.CHANGED, FieldReason.CHANGED_SINCE),
    PushReason.DROPPED: (ChangeState.SKIPPED, FieldReason.DROPPED),
    PushReason.GONE: (ChangeState.FAILED, FieldReason.GONE),
    PushReason.REFUSED: (ChangeState.FAILED, FieldReason.REFUSED),
    PushReason.NOT_TAKEN: (ChangeState.FAILED, FieldReason.REFUSED),
    PushReason.FORBIDDEN: (ChangeState.FAILED, FieldReason.SWITCHED_OFF),
    PushReason.SIGN_IN: (ChangeState.FAILED, FieldReason.NOT_WORKING),
}
Push = OfferPush | ValuePush


@dataclass(slots=True)
class Ended:
    """Changes that ended, and what is agreed upon by that."""

    changes: list[PlannedChange] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)


def settle_sent(
    *,
    integration_id: int,
    offer_ids: Collection[int] | None = None,
    now: datetime,
) -> int:
    """End the sent changes whose pushes ended, and agree upon what Allegro was read to show then.

    The pushes themselves say how they ended, so that it may be called at any time, and twice. A
    message from them only hurries it. ``offer_ids`` None: everything that is on its way for the account.
    Returns how many changes ended.
    """
    waiting = PlannedChange.objects.filter(
        run__integration_id=integration_id, state=ChangeState.SENT
    )
    if offer_ids is not None:
        waiting = waiting.filter(offer_id__in=list(offer_ids))
    offers = sorted(set(waiting.values_list("offer_id", flat=True)))
    return sum(
        _settle(integration_id, offers[at : at + BATCH], now) for at in range(0, len(offers), BATCH)
    )


@transaction.atomic
def settle_values(
    *, integration_id: int, fields: Collection[tuple[int, str]], now: datetime
) -> int:
    """Agree upon values that pushes brought to Allegro, whoever asked for them, and end changes by them.

    ``fields`` are pairs of offer and field whose pushes ended, as ``offer.values_settled`` tells.
    """
    integration = Integration.objects.get(pk=integration_id)
    offer_ids = sorted({offer_id for offer_id, _field in fields})
    lock_fields(organization_id=integration.organization_id, offer_ids=offer_ids)
    shown = ValuePush.objects.filter(
        integration=integration, offer_id__in=offer_ids, state=WorkState.DONE, reason__in=_SHOWN
    )
    agreed = [
        Agreed(offer_id, name, value)
        for offer_id, name, value in shown.values_list("offer_id", "field", "value")
        if (offer_id, name) in fields
    ]
    agree(integration=integration, agreed=agreed, now=now)
    settle_conflicts(integration_id=integration_id, offer_ids=offer_ids, now=now)
    close_conflicts(integration_id=integration_id, offer_ids=offer_ids, now=now)
    return settle_sent(integration_id=integration_id, offer_ids=offer_ids, now=now)


@transaction.atomic
def _settle(integration_id: int, offer_ids: Sequence[int], now: datetime) -> int:
    integration = Integration.objects.get(pk=integration_id)
    lock_fields(organization_id=integration.organization_id, offer_ids=offer_ids)
    sent = PlannedChange.objects.filter(
        run__integration_id=integration_id, offer_id__in=offer_ids, state=ChangeState.SENT
    )
    changes = list(
        sent.select_related("run").order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    ended = _ended(changes, now)
    if not ended.changes:
        return 0
    update_rows(ended.changes, _COLUMNS)
    agree(integration=integration, agreed=ended.agreed, now=now)
    _keep_undone(ended.changes)
    close_conflicts(integration_id=integration_id, offer_ids=offer_ids, now=now)
    _recount({one.run_id for one in ended.changes}, now)
    return len(ended.changes)


def _ended(changes: Sequence[PlannedChange], now: datetime) -> Ended:
    offer_ids = {one.offer_id for one in changes}
    values = {
        (one.offer_id, one.field): one for one in ValuePush.objects.filter(offer__in=offer_ids)
    }
    stock = {one.offer_id: one for one in OfferPush.objects.filter(offer__in=offer_ids)}
    ended = Ended()
    for change in changes:
        of_stock = change.field == Field.STOCK
        push: Push | None = (
            stock.get(change.offer_id) if of_stock else values.get((change.offer_id, change.field))
        )
        if _end(change, push, now):
            ended.changes.append(change)
            if change.state == ChangeState.DONE:
                ended.agreed.append(_agreed(change, push))
    return ended


def _end(change: PlannedChange, push: Push | None, now: datetime) -> bool:
    """Set how the change ended; False while it is on its way."""
    found = _found(change, push)
    if found is None:
        return False
    change.state, change.outcome = found[0].value, found[1].value if found[1] else ""
    change.finished_at = now
    if isinstance(push, ValuePush) and push.reason == PushReason.EQUAL and push.former is None:
        # Allegro showed the value before anything was sent: this run has nothing to take back there.
        change.former = change.value
    if push is not None and change.state != ChangeState.DONE:
        said = push.get_reason_display() if push.reason else ""
        change.message = f"{said} {push.last_error}".strip()[:500]
    return True


def _found(
    change: PlannedChange, push: Push | None
) -> tuple[ChangeState, FieldReason | None] | None:
    if push is None:
        # A switch was thrown between the plan and the write, and no push was made.
        return ChangeState.SKIPPED, FieldReason.SWITCHED_OFF
    if isinstance(push, ValuePush) and push.run_id != change.run_id:
        return ChangeState.CHANGED, FieldReason.CHANGED_SINCE
    if push.state in (WorkState.PENDING, WorkState.RUNNING) or _is_older(change, push):
        return None
    reason = PushReason(push.reason) if push.reason else PushReason.FAILED
    if push.state == WorkState.DONE and reason in _SHOWN:
        return ChangeState.DONE, None
    if push.state == WorkState.DONE and reason not in _OUTCOMES:
        return ChangeState.SKIPPED, FieldReason.NOT_OURS
    return _OUTCOMES.get(reason, (ChangeState.FAILED, FieldReason.FAILED))


def _is_older(change: PlannedChange, push: Push) -> bool:
    """Whether the push says how an earlier wish ended."""
    return change.sent_at is not None and push.requested_at < change.sent_at


def _agreed(change: PlannedChange, push: Push | None) -> Agreed:
    """Of stock what was computed when it was sent, which both sides had then."""
    value = change.value or ""
    if isinstance(push, OfferPush) and push.target is not None:
        value = stock_text(push.target)
    return Agreed(change.offer_id, change.field, value)


def _keep_undone(changes: Sequence[PlannedChange]) -> None:
    """What a person took back at Allegro is not sent again while our side still has it."""
    for change in changes:
        if change.run.scope == SyncScope.UNDO and change.state == ChangeState.DONE:
            FieldState.objects.filter(offer_id=change.offer_id, field=change.field).update(
                undone_ours=change.ours
            )


def _recount(run_ids: Collection[int], now: datetime) -> None:
    """Write the numbers of runs whose changes ended; a run that waits for them is due at once."""
    for run_id in sorted(run_ids):
        write_numbers(run_id=run_id)
    waiting = SyncRun.objects.filter(
        pk__in=run_ids, state=WorkState.PENDING, position__phase="wait", next_attempt_at__gt=now
    )
    if waiting.update(next_attempt_at=now):
        hint_runs()


def write_numbers(*, run_id: int) -> None:
    """Set a run's counters of what was done, skipped and failed by the states of its changes."""
    skipped = Q(state__in=[ChangeState.SKIPPED, ChangeState.CHANGED])
    counts = PlannedChange.objects.filter(run=run_id).aggregate(
        updated=Count("pk", filter=Q(state=ChangeState.DONE)),
        skipped=Count("pk", filter=skipped),
        failed=Count("pk", filter=Q(state=ChangeState.FAILED)),
    )
    SyncRun.objects.filter(pk=run_id).update(**counts)
