"""What the brakes of runs hold."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Organization
from core.enums import WorkState
from syncs.enums import RunBrakeState
from syncs.models import RunBrake, SyncRun


def braked_runs(*, organization: Organization) -> QuerySet[SyncRun]:
    """The runs that wait for somebody to release or drop what they hold."""
    brakes = RunBrake.objects.filter(run=OuterRef("pk"), state=RunBrakeState.OPEN)
    runs: QuerySet[SyncRun] = SyncRun.objects.for_organization(organization)
    return runs.filter(Exists(brakes), state=WorkState.WAITING_FOR_PERSON)


def brakes_of(*, run: SyncRun) -> list[RunBrake]:
    """The brakes of a run, those that were decided with who decided."""
    return list(RunBrake.objects.filter(run=run).select_related("decided_by").order_by("pk"))
