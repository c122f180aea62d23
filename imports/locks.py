from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction
from django.utils import timezone

from core.locks import session_lock
from core.work import extend
from imports.enums import STEP_LEASE
from imports.errors import LostClaim
from imports.models import ImportJob

IMPORTING = 720_103


def organization_turn(organization_id: int) -> AbstractContextManager[bool]:
    """Whether it is this process's turn to import for the organization: one import at a time.

    Two imports that name the same codes would otherwise overwrite each other row by row.
    """
    return session_lock(space=IMPORTING, number=organization_id)


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
