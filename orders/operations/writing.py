"""The life of a write: asked for, tried again, let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core import audit
from core.enums import WorkState
from core.hints import hint
from core.work import claimed, replay
from notifications.operations import settle
from orders.enums import WriteKind, WriteOutcome
from orders.locks import lock_order
from orders.models import Order, OrderWrite
from orders.money_back import UNPAID
from orders.problems import BeingWritten, NothingToRetry, RefundInPart, WriteUndecided
from orders.queries.writes import STUCK

if TYPE_CHECKING:
    from accounts.models import User


class ClaimLost(RuntimeError):
    """Another worker has taken the write over; this one must not call Allegro any more."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What one attempt came to. With ``again_at`` it is looked at again then, ``problem`` says why."""

    outcome: str = WriteOutcome.WRITTEN
    after: Mapping[str, Any] = field(default_factory=dict)
    remote_id: str = ""
    remote_status: str = ""
    again_at: datetime | None = None
    problem: str = ""


def open_write(
    *,
    order: Order,
    kind: WriteKind,
    requested: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    key: str = "",
    replaces: bool = False,
    token: UUID | None = None,
    **values: Any,
) -> OrderWrite:
    """Write down what a person asks Allegro to change; workers do it after commit.

    The same wish while the first one is under way gives that one back. Another wish of the same
    kind and key takes the place of one that has not begun when it ``replaces``. A ``token`` that was
    used before gives back what was asked with it. Audited.

    Raises :class:`BeingWritten` and :class:`WriteUndecided`.
    """
    with transaction.atomic():
        lock_order(order_id=order.pk)
        if token is not None and (asked := asked_with(order, token)):
            return asked
        earlier = _unfinished(order, kind, key)
        if earlier is not None:
            if earlier.is_open and earlier.requested == dict(requested):
                return _followed(earlier, values)
            _make_way(earlier, replaces=replaces, now=now)
        write: OrderWrite = OrderWrite.objects.create(
            organization_id=order.organization_id,
            order=order,
            integration_id=order.integration_id,
            kind=kind,
            key=key,
            token=token,
            requested=dict(requested),
            requested_by=actor,
            requested_at=now,
            next_attempt_at=now,
            **values,
        )
        _audit("order.write_requested", write, actor, now, after=dict(requested))
        hint_writes()
    return write


def retry_write(
    *,
    write: OrderWrite,
    actor: User | None,
    now: datetime,
    seen_revision: str = "",
    despite_stop: bool | None = None,
) -> OrderWrite:
    """Have a write that needs a person tried again from the first attempt.

    ``seen_revision`` is the form's revision the person has looked at by now, ``despite_stop`` their
    word that it goes to Allegro although the order should stop. A refund that Allegro is known not
    to have paid gets a new command; one whose fate is unknown keeps its own, so that it stays one.
    Audited. Raises :class:`NothingToRetry`.
    """
    values: dict[str, Any] = {"problem": "", "outcome": ""}
    if seen_revision:
        values["seen_revision"] = seen_revision[:64]
    if despite_stop is not None:
        values["despite_stop"] = despite_stop
    with transaction.atomic():
        lock_order(order_id=write.order_id)
        write.refresh_from_db()
        if write.problem == RefundInPart.code:
            raise NothingToRetry
        if write.kind == WriteKind.REFUND and _is_surely_unpaid(write):
            values |= {
                "command_id": uuid4(),
                "remote_id": "",
                "remote_status": "",
                "sent_at": None,
            }
        stuck = OrderWrite.objects.filter(pk=write.pk, state__in=STUCK)
        if not stuck.update(**values) or not replay(stuck, now=now):
            raise NothingToRetry
        _audit("order.write_retried", write, actor, now, before={"problem": write.problem})
        settle_notice(write, now=now)
        hint_writes()
    write.refresh_from_db()
    return write


def retry_writes(*, writes: QuerySet[OrderWrite], actor: User | None, now: datetime) -> int:
    """:func:`retry_write` for each that needs a person; returns how many there were."""
    retried = 0
    for write in writes.filter(state__in=STUCK).order_by("pk"):
        try:
            retry_write(write=write, actor=actor, now=now)
        except NothingToRetry:
            continue
        retried += 1
    return retried


def let_go(*, write: OrderWrite, actor: User | None, now: datetime) -> OrderWrite:
    """Give up a write that is not done. Audited.

    What waited for it goes on when both are steps of a cancellation, and is let go too otherwise.

    Raises :class:`BeingWritten` while a worker or Allegro is at it, :class:`NothingToRetry` when it
    is done.
    """
    with transaction.atomic():
        lock_order(order_id=write.order_id)
        write = OrderWrite.objects.select_for_update().get(pk=write.pk)
        if write.state == WorkState.DONE:
            raise NothingToRetry
        if write.state == WorkState.RUNNING or (write.is_open and write.sent_at is not None):
            raise BeingWritten
        _close(write, WriteOutcome.LET_GO, now=now)
        for follower in write.followers.filter(cancellation=None).exclude(state=WorkState.DONE):
            _close(follower, WriteOutcome.LET_GO, now=now)
        _audit("order.write_let_go", write, actor, now, before={"problem": write.problem})
        hint_writes()
    write.refresh_from_db()
    return write


def asked_with(order: Order, token: UUID) -> OrderWrite | None:
    """What was asked of the order with this form, if it was sent before."""
    found: OrderWrite | None = OrderWrite.objects.filter(order=order, token=token).first()
    return found


def mark_sent(write: OrderWrite) -> None:
    """Note, before a call that must not happen twice, that it is about to be made.

    Raises :class:`ClaimLost` when the write is no longer this worker's.
    """
    note(write, sent_at=write.sent_at or timezone.now())


def note(write: OrderWrite, **values: Any) -> None:
    """Keep what Allegro said of the write before anything is made of it.

    Raises :class:`ClaimLost` when the write is no longer this worker's.
    """
    for name, value in values.items():
        setattr(write, name, value)
    if not claimed(write).update(**values):
        raise ClaimLost


def notice_key(write: OrderWrite) -> str:
    """Under which cause people are told of this write."""
    return f"order-write:{write.pk}"


def settle_notice(write: OrderWrite, *, now: datetime) -> None:
    """Take back what people were told of this write."""
    settle(organization_id=write.organization_id, dedupe_key=notice_key(write), now=now)


def hint_writes() -> None:
    """Have the workers look for due writes after this transaction."""
    from orders.tasks import drain_writes

    hint(drain_writes)


def _is_surely_unpaid(write: OrderWrite) -> bool:
    """Whether no money moves under the refund's command: it never went out, or Allegro ended it so.

    One that Allegro took on and that was lost sight of may be paid by now; it is followed further.
    """
    return write.sent_at is None or write.remote_status in UNPAID


def _unfinished(order: Order, kind: WriteKind, key: str) -> OrderWrite | None:
    found: OrderWrite | None = (
        OrderWrite.objects.select_for_update()
        .filter(order=order, kind=kind, key=key)
        .exclude(state=WorkState.DONE)
        .first()
    )
    return found


def _followed(earlier: OrderWrite, values: Mapping[str, Any]) -> OrderWrite:
    """The wish under way. One that has not begun takes over what the person has seen and said since."""
    names = ("after_write", "seen_revision", "despite_stop")
    newer = {name: values[name] for name in names if values.get(name)}
    if newer and earlier.state == WorkState.PENDING:
        for name, value in newer.items():
            setattr(earlier, name, value)
        earlier.save(update_fields=[*newer, "updated_at"])
    return earlier


def _make_way(earlier: OrderWrite, *, replaces: bool, now: datetime) -> None:
    if earlier.state == WorkState.RUNNING:
        raise BeingWritten
    if not replaces:
        raise WriteUndecided
    _close(earlier, WriteOutcome.REPLACED, now=now)


def _close(write: OrderWrite, outcome: WriteOutcome, *, now: datetime) -> None:
    OrderWrite.objects.filter(pk=write.pk).update(
        state=WorkState.DONE, outcome=outcome, finished_at=now, claimed_until=None
    )
    settle_notice(write, now=now)


def _audit(
    action: str,
    write: OrderWrite,
    actor: User | None,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        action=action,
        target=write,
        actor=actor,
        organization_id=write.organization_id,
        now=now,
        before=dict(before or {}) | {"kind": write.kind},
        after=after,
    )
