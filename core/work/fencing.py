"""Batches of long work that commit only while the worker still holds the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.work.claiming import LEASE, extend
from core.work.rows import DurableWork


class LostClaim(Exception):
    """The work was taken over, or stopped by somebody, while this worker was at it."""


@contextmanager
def fenced(work: DurableWork, *, lease: timedelta = LEASE) -> Iterator[None]:
    """One transaction that commits only while this worker's claim on the work holds.

    Prolonging the claim locks the work's row, so whoever stops the work waits for the batch, and a batch
    of a worker that lost it raises :class:`LostClaim` before it writes anything.
    """
    before = work.claimed_until
    try:
        with transaction.atomic():
            if not extend(work, now=timezone.now(), lease=lease):
                raise LostClaim
            yield
    except BaseException:
        work.claimed_until = before  # what the database says again after the rollback
        raise
