"""A run taken back: a new plan that writes the former values, on both sides, where nothing moved since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.bulk import copy_rows, fresh
from core.errors import StateConflict
from offers.enums import Field
from offers.field_reasons import FieldReason
from syncs.deciding import Apart
from syncs.enums import ChangeState, PlanAction, SyncKind, SyncMode, SyncScope
from syncs.models import PlannedChange, SyncRun
from syncs.operations.plans.starting import open_plan
from syncs.operations.steps import step
from syncs.queries.plans.apart import states_of
from syncs.queries.plans.counting import WRITES

WINDOW = 500


class NothingToUndo(StateConflict):
    """The run wrote nothing, or takes another one back itself."""

    code = "nothing_to_undo"
    title = gettext_lazy("There is nothing to take back")


def undo_run(*, run: SyncRun, actor: User, now: datetime) -> SyncRun:
    """Start a plan that takes back what a run wrote; it is shown first and carried out as any other.

    What was taken back is not written again by itself until another value is agreed upon. Audits.
    Raises :class:`NothingToUndo` and what ``start_plan`` does.
    """
    if run.scope == SyncScope.UNDO:
        raise NothingToUndo(
            _("This run takes another one back."),
            remedy=_("Send the values again from the pages of the offers, or change them."),
        )
    written = _written(run)
    if not written.exists():
        raise NothingToUndo(remedy=_("Nothing this run planned was written."))
    return open_plan(
        integration=run.integration,
        kind=SyncKind(run.kind),
        mode=SyncMode.DRY_RUN,
        actor=actor,
        now=now,
        scope=SyncScope.UNDO,
        former=run,
        targets=set(written.values_list("offer_id", "field")),
    )


def plan_undo(run: SyncRun, *, deadline: datetime, window: int = WINDOW) -> bool:
    """Write the plan that takes ``run.former`` back; True when it is complete.

    False when time was up after a window.
    """
    while run.position["phase"] == "undo":
        after = int(run.position.get("after", 0))
        written = list(_written(run.former).filter(pk__gt=after).order_by("pk")[:window])
        with step(run) as taken:
            lines = _lines(run, written)
            copy_rows(lines)
            planned = sum(one.state == ChangeState.PLANNED for one in lines)
            taken.count(scanned=len(lines), planned=planned, skipped=len(lines) - planned)
            if len(written) == window:
                taken.position["after"] = written[-1].pk
            else:
                taken.position |= {"phase": "brakes", "after": 0}
        if timezone.now() >= deadline:
            return False
    return True


def _written(run: SyncRun | None) -> QuerySet[Any]:
    """What the run itself changed; a value that stood there already was not its doing."""
    done = PlannedChange.objects.filter(run=run, state=ChangeState.DONE, action__in=WRITES)
    return done.exclude(former=F("value"))


def _lines(run: SyncRun, written: Sequence[PlannedChange]) -> list[PlannedChange]:
    states = states_of(
        integration_id=run.integration_id, offer_ids=sorted({one.offer_id for one in written})
    )
    return [_line(run, one, states[one.offer_id, one.field]) for one in written]


def _line(run: SyncRun, written: PlannedChange, state: Apart) -> PlannedChange:
    obstacle = _obstacle(written, state)
    return fresh(
        PlannedChange,
        organization_id=run.organization_id,
        run_id=run.pk,
        offer_id=written.offer_id,
        field=written.field,
        action=written.action,
        base=state.sides.base,
        ours=state.sides.ours,
        theirs=state.sides.theirs,
        value=written.former,
        former=written.value,
        reason=FieldReason.UNDONE.value,
        outcome=obstacle.value if obstacle else "",
        written_where=written.written_where,
        state=(ChangeState.SKIPPED if obstacle else ChangeState.PLANNED).value,
    )


def _obstacle(written: PlannedChange, state: Apart) -> FieldReason | None:
    """Why a change cannot be taken back: the value it wrote is not there any more, or it is stock."""
    if written.field == Field.STOCK:
        return FieldReason.STOCK_IS_COUNTED
    sent = written.action == PlanAction.PUSH
    there = state.sides.theirs if sent else state.sides.ours
    if there != written.value or state.sent is not None:
        return FieldReason.CHANGED_SINCE
    return None if written.former is not None else FieldReason.THEIRS_UNKNOWN
