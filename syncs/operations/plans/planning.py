"""The plan: fields in which something differs, window by window, each with its decision."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from core.bulk import copy_rows
from settings_app.enums import ConflictStrategy
from syncs.deciding import Decided, decided
from syncs.enums import PlanAction
from syncs.models import SyncRun
from syncs.operations.plans.lines import change_of, remember
from syncs.operations.steps import Step, step
from syncs.queries.plans.apart import all_terms, apart_window
from syncs.three_way import Terms

WINDOW = 2_000


def plan_fields(run: SyncRun, *, deadline: datetime, window: int = WINDOW) -> bool:
    """Decide about every field that is apart; True when all are, False when time was up after a window.

    What both sides have alike without having agreed upon it is only counted: it is agreed upon when
    the plan is carried out, and no value changes by that.
    """
    terms = all_terms(run=run)
    for field in sorted(terms):
        while (after := _begun(run, field)) is not None:
            if not _window(run, field, after, terms[field], window):
                break
            if timezone.now() >= deadline:
                return False
    with step(run) as taken:
        taken.position |= {"phase": "brakes", "field": "", "after": 0}
    return True


def _begun(run: SyncRun, field: str) -> int | None:
    """After which offer a field goes on; None when it was gone through by an earlier worker."""
    at = str(run.position.get("field", ""))
    if field < at:
        return None
    return int(run.position.get("after", 0)) if field == at else 0


def _window(run: SyncRun, field: str, after: int, terms: Terms, window: int) -> bool:
    """Decide about one window; False when there is nothing more in the field, which writes nothing."""
    read_at = timezone.now()
    times = terms.rule.strategy == ConflictStrategy.TIMESTAMP
    rows = apart_window(run=run, field=field, after=after, limit=window, times=times)
    if not rows:
        return False
    with step(run) as taken, connection.cursor() as cursor:
        # What is lost in a crash of the database is planned again, for its place is lost with it.
        cursor.execute("SET LOCAL synchronous_commit TO OFF")
        _keep(taken, [decided(row, terms) for row in rows], read_at)
        taken.position |= {"field": field, "after": rows[-1].offer_id}
    return True


def _keep(taken: Step, found: list[Decided], read_at: datetime) -> None:
    lines = [one for one in found if one.decision.action != PlanAction.AGREE]
    copy_rows([change_of(taken.run, one) for one in lines])
    remember(lines, at=read_at)
    left = sum(one.decision.action == PlanAction.NOTHING for one in lines)
    alike = len(found) - len(lines)
    taken.count(scanned=len(found), agreed=alike, planned=len(lines) - left, skipped=left)
