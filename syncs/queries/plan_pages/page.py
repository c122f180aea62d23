"""The page of a run that plans: progress, brakes, groups with samples, lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from core.enums import WorkState
from core.paging import Page, paged
from offers.field_reasons import reason_in_words
from syncs.enums import ChangeState, PlanAction, RunBrakeState, SyncMode, SyncScope
from syncs.models import PlannedChange, RunBrake, SyncRun
from syncs.queries.plan_pages.lines import Group, Line, PlanFilter
from syncs.queries.plan_pages.progress import plan_progress
from syncs.queries.plans.counting import WRITES
from syncs.queries.plans.rows import change_view, changes_of

PAGE_SIZE = 50
SAMPLES = 3


def plan_page(*, run: SyncRun, wanted: PlanFilter, number: int) -> dict[str, Any]:
    """The whole page: progress, brakes, groups with samples, lines by page."""
    lines = lines_matching(run, wanted)
    page: Page[Any] = paged(lines, number=number, size=PAGE_SIZE)
    groups = groups_of(run)
    brakes = list(RunBrake.objects.filter(run=run).select_related("decided_by").order_by("pk"))
    return plan_progress(run=run) | {
        "page": replace(page, items=[Line(change_view(one)) for one in page.items]),
        "wanted": wanted,
        "groups": groups,
        "reasons": _reasons(run),
        "brakes": brakes,
        "held": [one for one in brakes if one.state == RunBrakeState.OPEN],
        "may_apply": is_shown_plan(run) and any(one.action in WRITES for one in groups),
        "may_undo": _may_undo(run),
        "may_retry_failed": _may_retry(run),
        "is_shown_only": run.mode == SyncMode.DRY_RUN,
        "is_undo": run.scope == SyncScope.UNDO,
    }


def is_shown_plan(run: SyncRun) -> bool:
    """Whether it is a complete plan that nothing was written of."""
    return run.plans and run.mode == SyncMode.DRY_RUN and run.state == WorkState.DONE


def lines_matching(run: SyncRun, wanted: PlanFilter) -> QuerySet[PlannedChange]:
    lines = changes_of(run=run, action=wanted.action, state=wanted.state, field=wanted.field)
    return lines.filter(reason=wanted.reason) if wanted.reason else lines


def groups_of(run: SyncRun) -> list[Group]:
    counted = (
        PlannedChange.objects.filter(run=run)
        .order_by("action", "field")
        .values_list("field", "action")
        .annotate(count=Count("pk"))
    )
    groups = {
        (name, action): Group(name, PlanAction(action), count) for name, action, count in counted
    }
    places = Window(RowNumber(), partition_by=[F("field"), F("action")], order_by="id")
    samples = PlannedChange.objects.filter(run=run).annotate(place=places)
    for one in samples.filter(place__lte=SAMPLES).select_related("offer").order_by("pk"):
        groups[one.field, one.action].samples.append(Line(change_view(one)))
    order = list(PlanAction)
    return sorted(groups.values(), key=lambda one: (order.index(one.action), one.field))


def _reasons(run: SyncRun) -> list[dict[str, Any]]:
    counted = (
        PlannedChange.objects.filter(run=run)
        .order_by("reason")
        .values_list("reason")
        .annotate(count=Count("pk"))
    )
    return [{"code": code, "label": reason_in_words(code).label, "count": n} for code, n in counted]


def _may_undo(run: SyncRun) -> bool:
    if run.is_open or run.scope == SyncScope.UNDO:
        return False
    written = PlannedChange.objects.filter(run=run, state=ChangeState.DONE, action__in=WRITES)
    return written.exists()


def _may_retry(run: SyncRun) -> bool:
    if run.is_open:
        return False
    states = [ChangeState.FAILED, ChangeState.CHANGED]
    return PlannedChange.objects.filter(run=run, state__in=states).exists()
