"""A worker waits a moment for what is due next, rather than leave it to the next sweep."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.enums import WorkState

# Seconds a worker stays for what comes next; the sweep comes every ten.
PATIENT = 6.0


def wait_a_moment(work: Iterable[QuerySet[Any]], *, until: float) -> bool:
    """Sleep until the first waiting row is due; False when that is not within moments.

    ``until`` is when the worker must leave, on the monotonic clock.
    """
    moments = [
        rows.filter(state=WorkState.PENDING)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
        for rows in work
    ]
    next_at = min((one for one in moments if one is not None), default=None)
    if next_at is None:
        return False
    pause = max(0.05, (next_at - timezone.now()).total_seconds())
    if pause > PATIENT or time.monotonic() + pause >= until:
        return False
    time.sleep(pause)
    return True
