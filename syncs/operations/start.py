"""Starting, stopping and repeating runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from core.hints import hint
from core.work import replay
from offers.field_reasons import FieldReason
from settings_app.models import Integration
from syncs.enums import ChangeState, RunBrakeState, SyncKind, SyncMode, SyncTrigger
from syncs.models import PlannedChange, RunBrake, SyncRun
from syncs.queries import open_run

PULLS = (SyncKind.PULL_OFFERS, SyncKind.PULL_ORDERS)


class AccountNotWorking(StateConflict):
    """The account is paused, disconnected or waits for its owner."""

    code = "account_not_working"
    title = gettext_lazy("Nothing can be synced with this account now")


class RunNotOpen(StateConflict):
    """The run is over already."""

    code = "run_not_open"
    title = gettext_lazy("The run is over")


class RunNotRepeatable(StateConflict):
    """The run is under way, done, or another of its kind is."""

    code = "run_not_repeatable"
    title = gettext_lazy("The run cannot be tried again")


def start_run(
    *,
    integration: Integration,
    kind: SyncKind,
    trigger: SyncTrigger,
    actor: User | None,
    now: datetime,
    position: dict[str, Any] | None = None,
) -> SyncRun:
    """Start a run, or give the one of this kind and account that is open already.

    ``position`` is where it begins, when the kind does not know by itself.

    The database allows one open run per account and kind, and of those that plan one in each direction:
    one that goes both ways answers for either. A run that waits for a person is given up in favour of
    the new one. A worker is told after commit. Raises :class:`AccountNotWorking`.
    """
    refuse_account_not_working(integration)
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return create_run(
                    integration=integration,
                    kind=kind,
                    trigger=trigger,
                    actor=actor,
                    now=now,
                    position=position or {},
                )
        except IntegrityError:
            running = open_run(integration=integration, kind=kind)
            if running is not None:
                _hasten(running, now)
                return running
    raise StateConflict(
        _("Runs of this account end and begin too fast."), remedy=_("Try again in a moment.")
    )


def _hasten(run: SyncRun, now: datetime) -> None:
    """Somebody asks for a run that waits for its next try: now is as good a time."""
    if SyncRun.objects.filter(pk=run.pk, state=WorkState.PENDING, next_attempt_at__gt=now).update(
        next_attempt_at=now
    ):
        hint_runs()


def refuse_account_not_working(integration: Integration) -> None:
    """Raises :class:`AccountNotWorking` for an account that is paused, disconnected or signed out."""
    if not integration.is_working:
        raise AccountNotWorking(
            _("%(account)s: %(state)s.")
            % {"account": integration.label, "state": integration.get_state_display()},
            remedy=_("Open the account under Integrations and resume or connect it."),
        )


def create_run(
    *,
    integration: Integration,
    kind: SyncKind,
    trigger: SyncTrigger,
    actor: User | None,
    now: datetime,
    **values: Any,
) -> SyncRun:
    """Write the run in the caller's transaction, audit it, and hint a worker.

    A waiting run that it replaces is given up with what it held. Raises IntegrityError while one that
    excludes it is open.
    """
    run: SyncRun = SyncRun.objects.create(
        organization_id=integration.organization_id,
        integration=integration,
        kind=kind,
        trigger=trigger,
        requested_by=actor,
        requested_at=now,
        next_attempt_at=now,
        **values,
    )
    if run.mode == SyncMode.APPLY and run.looks_everywhere:
        _give_up_waiting(run, now)
    if actor is not None:
        _audited("sync.started", run, actor, now)
    hint_runs()
    return run


def _give_up_waiting(run: SyncRun, now: datetime) -> None:
    """The new run finds everything again that an older one of its kind waits with."""
    waiting = SyncRun.objects.filter(
        integration=run.integration,
        kind=run.kind,
        scope=run.scope,
        state=WorkState.WAITING_FOR_PERSON,
    )
    pks = list(waiting.values_list("pk", flat=True))
    _skip_planned(pks, FieldReason.SUPERSEDED, now)
    RunBrake.objects.filter(run__in=pks, state=RunBrakeState.OPEN).update(
        state=RunBrakeState.DROPPED, decided_at=now
    )
    # What a plan held is held by the new one: nothing stopped that anybody had to look at.
    over = WorkState.DONE if run.plans else WorkState.DEAD
    waiting.update(state=over, finished_at=now, stop_reason=_("A newer run took over."))


def _skip_planned(run_ids: Sequence[int], outcome: FieldReason, now: datetime) -> None:
    PlannedChange.objects.filter(run__in=run_ids, state=ChangeState.PLANNED).update(
        state=ChangeState.SKIPPED, outcome=outcome, finished_at=now
    )


def start_pulls(
    *,
    integrations: Sequence[Integration],
    trigger: SyncTrigger,
    actor: User | None,
    now: datetime,
    kinds: Sequence[SyncKind] = PULLS,
) -> list[SyncRun]:
    """:func:`start_run` for accounts and kinds. Raises :class:`AccountNotWorking` without any account."""
    if not integrations:
        raise AccountNotWorking(
            _("No Allegro account is connected."),
            remedy=_("Connect an account under Integrations, or resume a paused one."),
        )
    return [
        start_run(integration=one, kind=kind, trigger=trigger, actor=actor, now=now)
        for one in integrations
        for kind in kinds
    ]


@transaction.atomic
def cancel_run(*, run: SyncRun, actor: User, now: datetime) -> None:
    """Stop an open run; what it wrote so far stays. Audits. Raises :class:`RunNotOpen`.

    A worker in the middle of a step loses its claim, so that step is not kept.
    """
    stopped = SyncRun.objects.filter(
        pk=run.pk, state__in=[WorkState.PENDING, WorkState.RUNNING]
    ).update(
        state=WorkState.DEAD,
        claimed_until=None,
        finished_at=now,
        stop_reason=_("Stopped by %(person)s.") % {"person": actor.email},
    )
    if not stopped:
        raise RunNotOpen(remedy=_("Look at its result below."))
    _skip_planned([run.pk], FieldReason.STOPPED_BY_PERSON, now)
    _audited("sync.cancelled", run, actor, now)


@transaction.atomic
def retry_run(*, run: SyncRun, actor: User, now: datetime) -> SyncRun:
    """Let a run that stopped go on from where it was, with its counts. Audits.

    Raises :class:`RunNotRepeatable` for one that is open or done, and while another is open.
    """
    stopped = SyncRun.objects.filter(
        pk=run.pk, state__in=[WorkState.DEAD, WorkState.WAITING_FOR_PERSON]
    )
    try:
        with transaction.atomic():
            repeated = replay(stopped, now=now)
            SyncRun.objects.filter(pk=run.pk, state=WorkState.PENDING).update(stop_reason="")
    except IntegrityError as error:
        raise RunNotRepeatable(
            _("Another run of this account does the same just now."),
            remedy=_("Wait until it is done."),
        ) from error
    if not repeated:
        raise RunNotRepeatable(remedy=_("Start a new run instead."))
    _audited("sync.retried", run, actor, now)
    hint_runs()
    run.refresh_from_db()
    return run


def _audited(action: str, run: SyncRun, actor: User, now: datetime) -> None:
    after: dict[str, Any] = {"kind": run.kind, "integration_id": run.integration_id}
    audit.record_change(action, run, actor, now, after=after)


def hint_runs() -> None:
    """Have a worker look for due runs after this transaction commits."""
    from syncs.tasks import run_due

    hint(run_due)
