from __future__ import annotations

from contextlib import AbstractContextManager

import core.work
from core.locks import session_lock
from imports.enums import STEP_LEASE
from imports.models import ImportJob

IMPORTING = 720_103


def organization_turn(organization_id: int) -> AbstractContextManager[bool]:
    """Whether it is this process's turn to import for the organization: one import at a time.

    Two imports that name the same codes would otherwise overwrite each other row by row.
    """
    return session_lock(space=IMPORTING, number=organization_id)


def fenced(job: ImportJob) -> AbstractContextManager[None]:
    """One transaction that commits only while this worker's claim on the job holds."""
    return core.work.fenced(job, lease=STEP_LEASE)


def lock_job(*, job: ImportJob) -> ImportJob:
    """The job as it is now, locked until the transaction ends."""
    locked: ImportJob = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    return locked
