"""Running due steps of imports: whichever worker looks, one import per organization at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone, translation

from core.enums import WorkState
from core.work import DrainReport, LostClaim, drain, finish, postpone
from imports.enums import STEP_LEASE, ImportStage
from imports.errors import FileRefused
from imports.locks import organization_turn
from imports.models import ImportJob, ImportRow
from imports.operations.apply import apply
from imports.operations.stage import stage
from imports.operations.undo import take_back
from imports.operations.upload import hint_imports
from imports.queries import WAITING

log = structlog.get_logger(__name__)


PAUSE = timedelta(seconds=3)
STEPS: dict[str, Callable[[ImportJob], None]] = {
    ImportStage.UPLOADED: stage,
    ImportStage.STAGING: stage,
    ImportStage.APPLYING: apply,
    ImportStage.UNDOING: take_back,
}


def run_due(*, seconds: float = 20.0) -> DrainReport:
    """Run the due steps, one after another; other workers take other jobs meanwhile."""
    # One at a time: a step takes long, and a job claimed early would only wait here.
    return drain(ImportJob.objects.all(), _run, limit=1, lease=STEP_LEASE, seconds=seconds)


def _run(job: ImportJob) -> None:
    with organization_turn(job.organization_id) as mine:
        if not mine:
            postpone(job, until=timezone.now() + PAUSE, reason=WAITING)
            return
        _step(job)
    _wake(job.organization_id, now=timezone.now())


def _step(job: ImportJob) -> None:
    step = STEPS.get(job.stage)
    language = job.uploaded_by.language if job.uploaded_by else ""
    with translation.override(language or None):
        try:
            if step is not None:
                step(job)
        except LostClaim:
            log.info("import step given up", import_id=job.pk, stage=job.stage)
        except FileRefused as refusal:
            _refuse(job, refusal)


def _refuse(job: ImportJob, refusal: FileRefused) -> None:
    with transaction.atomic():
        if finish(
            job,
            now=timezone.now(),
            stage=ImportStage.REFUSED,
            refusal=refusal.detail[:500],
            remedy=refusal.remedy[:500],
        ):
            ImportRow.objects.filter(job=job).delete()


def _wake(organization_id: int, *, now: datetime) -> None:
    waiting = ImportJob.objects.filter(
        organization_id=organization_id, state=WorkState.PENDING, last_error=WAITING
    )
    with transaction.atomic():
        if waiting.update(next_attempt_at=now):
            hint_imports()
