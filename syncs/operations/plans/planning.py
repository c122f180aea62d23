"""The plan: fields in which something differs, window by window, each with its decision."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from core.bulk import copy_rows
from syncs.deciding import Apart, Decided, decided
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
    fields = sorted(terms)
    while run.position["phase"] == "plan":
        field = next((one for one in fields if one >= run.position.get("field", "")), None)
        if field is None:
            with step(run) as taken:
                taken.position |= {"phase": "brakes", "field": "", "after": 0}
            return True
        _window(run, field, terms[field], window)
        if timezone.now() >= deadline:
            return False
    return True


def _window(run: SyncRun, field: str, terms: Terms, window: int) -> None:
    begun = run.position.get("field") == field
    after = int(run.position.get("after", 0)) if begun else 0
    read_at = timezone.now()
    with step(run) as taken:
        rows = apart_window(run=run, field=field, after=after, limit=window)
        _keep(taken, [decided(row, terms) for row in rows], read_at)
        taken.position |= _next(field, rows, window)


def _next(field: str, rows: list[Apart], window: int) -> dict[str, object]:
    if len(rows) == window:
        return {"field": field, "after": rows[-1].offer_id}
    # What sorts right behind this field.
    return {"field": f"{field}\x01", "after": 0}


def _keep(taken: Step, found: list[Decided], read_at: datetime) -> None:
    lines = [one for one in found if one.decision.action != PlanAction.AGREE]
    copy_rows([change_of(taken.run, one) for one in lines])
    remember(lines, at=read_at)
    left = sum(one.decision.action == PlanAction.NOTHING for one in lines)
    alike = len(found) - len(lines)
    taken.count(scanned=len(found), agreed=alike, planned=len(lines) - left, skipped=left)
