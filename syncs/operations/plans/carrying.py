"""A plan carried out: what it stands on is looked at once more, then each change is written once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import audit
from core.bulk import update_rows
from core.enums import WorkState
from core.errors import StateConflict
from offers.enums import Field, PushCause
from offers.field_reasons import FieldReason
from offers.locks import lock_fields
from offers.operations import WantedValue, request_push, request_values
from settings_app.queries import field_rules
from syncs.deciding import Apart
from syncs.enums import ChangeState, PlanAction, SyncMode
from syncs.models import PlannedChange, SyncRun
from syncs.operations.plans.conflicts import close_conflicts_of, record_conflicts
from syncs.operations.plans.starting import RunUnderWay
from syncs.operations.plans.taking import take_all
from syncs.operations.start import hint_runs
from syncs.operations.steps import step
from syncs.queries.plans.apart import states_of, stop_of, synced_fields

BATCH = 100
_COLUMNS = (
    "state", "outcome", "message", "former", "written_where", "sent_at", "finished_at",
)  # fmt: skip
# Rows another writes at this moment are left for the next run.
_AGREE = """
    WITH same AS (
        SELECT state.id FROM offers_fieldstate state
        WHERE state.integration_id = %(integration)s AND state.field = ANY(%(fields)s::text[])
          AND NOT state.in_step AND state.ours IS NOT NULL AND state.theirs IS NOT NULL
          AND state.ours = state.theirs
          AND (%(everywhere)s OR EXISTS (SELECT 1 FROM syncs_runtarget target
              WHERE target.run_id = %(run)s AND target.offer_id = state.offer_id
                AND target.field IN ('', state.field)))
        ORDER BY state.offer_id, state.field
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE offers_fieldstate AS state
    SET base = state.ours, base_at = %(now)s, undone_ours = NULL, undone_theirs = NULL
    FROM same WHERE state.id = same.id
"""


class PlanNotApplicable(StateConflict):
    """The plan was carried out already, is not made yet, or was given up."""

    code = "plan_not_applicable"
    title = gettext_lazy("This plan cannot be carried out")


def apply_plan(*, run: SyncRun, actor: User, now: datetime) -> SyncRun:
    """Have a plan that was only shown carried out; a worker is told after commit. Audits.

    Each change is looked at again: where a value moved since, nothing is written. Raises
    :class:`PlanNotApplicable`, and :class:`RunUnderWay` while another run of the account is open.
    """
    try:
        with transaction.atomic():
            started = SyncRun.objects.filter(
                pk=run.pk, mode=SyncMode.DRY_RUN, state=WorkState.DONE
            ).update(
                mode=SyncMode.APPLY,
                state=WorkState.PENDING,
                attempts=0,
                next_attempt_at=now,
                finished_at=None,
                applied_by=actor,
                applied_at=now,
                position=run.position | {"phase": "agree"},
            )
            if not started:
                raise PlanNotApplicable(remedy=_("Start a new sync to see what would change now."))
            audit.record_change(
                "sync.plan_applied",
                run,
                actor,
                now,
                after={"kind": run.kind, "planned": run.planned},
            )
            hint_runs()
    except IntegrityError as error:
        raise RunUnderWay(remedy=_("Wait until the other sync of this account is over.")) from error
    run.refresh_from_db()
    return run


def agree_upon_equals(run: SyncRun) -> None:
    """Agree upon what both sides have alike; no value changes by that."""
    rules = field_rules(integration=run.integration)
    with step(run) as taken, connection.cursor() as cursor:
        cursor.execute(
            _AGREE,
            {
                "integration": run.integration_id,
                "fields": synced_fields(integration=run.integration, rules=rules),
                "run": run.pk,
                "everywhere": run.looks_everywhere,
                "now": timezone.now(),
            },
        )
        close_conflicts_of(run, now=timezone.now())
        taken.position["phase"] = "apply"


def carry_out(run: SyncRun, *, deadline: datetime, batch: int = BATCH) -> bool:
    """Write what is planned and not held; True when nothing of that is left.

    False when time was up after a batch. A batch and how far the run came are one transaction.
    """
    while changes := _next(run, batch):
        with step(run):
            _carry(run, changes, timezone.now())
        if timezone.now() >= deadline:
            return False
    return True


def _next(run: SyncRun, batch: int) -> list[PlannedChange]:
    free = PlannedChange.objects.filter(run=run, state=ChangeState.PLANNED, brake="")
    return list(free.select_related("offer").order_by("pk")[:batch])


def _carry(run: SyncRun, changes: Sequence[PlannedChange], now: datetime) -> None:
    offer_ids = sorted({one.offer_id for one in changes})
    lock_fields(organization_id=run.organization_id, offer_ids=offer_ids)
    states = states_of(integration_id=run.integration_id, offer_ids=offer_ids)
    standing = [one for one in changes if _stands(one, states, now)]
    by_action = {action: [one for one in standing if one.action == action] for action in PlanAction}
    _asked(by_action[PlanAction.CONFLICT], now)
    _sent(run, by_action[PlanAction.PUSH], now)
    take_all(run, by_action[PlanAction.PULL], now=now)
    update_rows(changes, _COLUMNS)


def _stands(change: PlannedChange, states: dict[tuple[int, str], Apart], now: datetime) -> bool:
    """Whether the values are still those the decision stands on; else the next run decides anew."""
    state = states.get((change.offer_id, change.field))
    seen = (change.base, change.ours, change.theirs)
    if state and seen == (state.sides.base, state.sides.ours, state.sides.theirs):
        return True
    end(change, ChangeState.CHANGED, FieldReason.CHANGED_SINCE, now)
    return False


def end(
    change: PlannedChange,
    state: ChangeState,
    outcome: FieldReason | None,
    now: datetime,
    message: str = "",
) -> None:
    """Set how a change ended; the caller writes the row."""
    change.state, change.finished_at = state, now
    change.outcome, change.message = outcome.value if outcome else "", message[:500]


def _asked(changes: Sequence[PlannedChange], now: datetime) -> None:
    record_conflicts(changes=changes, now=now)
    for one in changes:
        end(one, ChangeState.DONE, None, now)


def _sent(run: SyncRun, changes: Sequence[PlannedChange], now: datetime) -> None:
    """Stock is computed when it is sent; every other value goes with what it is to replace."""
    stops = {
        field: stop_of(integration_id=run.integration_id, field=field)
        for field in {one.field for one in changes}
    }
    going = [one for one in changes if stops[one.field] is None]
    for one in changes:
        if stop := stops[one.field]:
            end(one, ChangeState.SKIPPED, stop, now)
        else:
            one.state, one.sent_at = ChangeState.SENT, now
    actor = run.applied_by or run.requested_by
    request_push(
        organization_id=run.organization_id,
        offer_ids=[one.offer_id for one in going if one.field == Field.STOCK],
        reason=PushCause.RUN,
        actor=actor,
        now=now,
        urgent=False,
    )
    request_values(
        organization_id=run.organization_id,
        values=[
            WantedValue(one.offer_id, one.field, one.value or "", expected=one.theirs)
            for one in going
            if one.field != Field.STOCK
        ],
        cause=PushCause.RUN,
        actor=actor,
        now=now,
        run_id=run.pk,
    )
