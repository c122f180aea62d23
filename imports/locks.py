from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from core.work import extend
from imports.enums import STEP_LEASE
from imports.errors import LostClaim
from imports.models import ImportJob

# The upper half of the advisory lock's number; the lower half is the organization.
TURN = 0x1390


@contextmanager
def organization_turn(organization_id: int) -> Iterator[bool]:
    """Whether it is this session's turn to import for the organization: one import at a time.

    Two imports that name the same codes would otherwise overwrite each other row by row. The lock
    belongs to the database session, so it ends with a killed worker.
    """
    number = (TURN << 32) + organization_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def fenced(job: ImportJob) -> Iterator[None]:
    """One transaction that commits only while this worker's claim on the job holds.

    Prolonging the claim locks the job's row, so a cancel waits for the batch, and a batch of a worker
    that lost the job raises :class:`LostClaim` before it writes anything.
    """
    before = job.claimed_until
    try:
        with transaction.atomic():
            if not extend(job, now=timezone.now(), lease=STEP_LEASE):
                raise LostClaim
            yield
    except BaseException:
        job.claimed_until = before  # what the database says again after the rollback
        raise


def lock_job(*, job: ImportJob) -> ImportJob:
    """The job as it is now, locked until the transaction ends."""
    locked: ImportJob = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    return locked
