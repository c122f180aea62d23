"""Runs are kept for as long as the organization says, then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from core.enums import WorkState
from settings_app.models import Integration
from settings_app.queries import settings_of
from syncs.enums import ConflictState, SyncKind
from syncs.models import Conflict, SyncRun

BATCH = 20
# The newest of each kind stay whatever their age: the next run goes on from what they found.
NEWEST_KEPT = 10


def forget_runs(*, integration: Integration, now: datetime) -> int:
    """Delete an account's runs that ended before its organization's time, with their lines and plans.

    Open runs, runs that wait for a person, and the newest of each kind stay, and so does a first
    reading of all orders, which tells how far it came. Settled conflicts of that age go too. Returns
    how many runs were deleted.
    """
    before = now - timedelta(days=settings_of(integration.organization).keep_runs_days)
    Conflict.objects.filter(
        integration=integration, resolved_at__lt=before, state=ConflictState.RESOLVED
    ).delete()
    total = 0
    for kind in SyncKind:
        runs = SyncRun.objects.filter(integration=integration, kind=kind)
        kept = list(runs.order_by("-pk").values_list("pk", flat=True)[:NEWEST_KEPT])
        old = (
            runs.filter(
                Q(finished_at__lt=before) | Q(finished_at=None, requested_at__lt=before),
                state__in=[WorkState.DONE, WorkState.DEAD],
            )
            .exclude(pk__in=kept)
            .exclude(position__contains={"mode": "backfill"})
        )
        # A run may have a hundred thousand lines: few runs at a time keep each deletion short.
        while pks := list(old.values_list("pk", flat=True)[:BATCH]):
            SyncRun.objects.filter(pk__in=pks).delete()
            total += len(pks)
    return total
