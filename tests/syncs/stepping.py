"""A run taken forward by one transaction, and its worker killed after that."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.work import claim_due, finish
from syncs.models import SyncRun
from syncs.operations.plans import work_on_plan
from syncs.operations.steps import ClaimLost


def one_step(run: SyncRun) -> bool:
    """Work on the run until something is written, then lose the worker; False when nothing is left.

    Allegro is not asked, so the run must be past its reading.
    """
    SyncRun.objects.filter(pk=run.pk, state="RUNNING").update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    claims = claim_due(SyncRun.objects.filter(pk=run.pk), now=timezone.now())
    if not claims:
        return False
    try:
        over = work_on_plan(claims[0], None, timezone.now(), window=1, batch=1)  # type: ignore[arg-type]
    except ClaimLost:
        return True
    if over:
        finish(claims[0], now=timezone.now())
    return over is False
