"""What a person decides about an import: confirm, cancel, try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.enums import WorkState
from imports.enums import ImportStage, StockMeaning
from imports.errors import WrongStage
from imports.locks import lock_job
from imports.models import ImportJob, ImportRow
from imports.operations.remembering import remember_meanings
from imports.operations.upload import hint_imports

if TYPE_CHECKING:
    from accounts.models import User

CANCELLABLE = (
    ImportStage.UPLOADED,
    ImportStage.STAGING,
    ImportStage.MAPPING,
    ImportStage.PREVIEW,
    ImportStage.APPLYING,
)
FAILED = (WorkState.DEAD, WorkState.WAITING_FOR_PERSON)


def confirm(
    *,
    job: ImportJob,
    actor: User | None,
    now: datetime,
    stock_meanings: Mapping[str, str] | str | None = None,
) -> ImportJob:
    """Have the previewed file applied, with the meaning of its stock columns.

    ``stock_meanings`` maps a kind of stock column to a :class:`StockMeaning`, or is one meaning for
    all; kinds not named keep the proposed one. They are remembered for the next file of this header
    and supplier. Raises :class:`WrongStage` unless a preview waits.
    """
    with transaction.atomic():
        locked = lock_job(job=job)
        if locked.stage != ImportStage.PREVIEW:
            raise WrongStage(
                _("This import does not wait for a confirmation."),
                remedy=_("Look at its present state."),
            )
        locked.stock_columns = _with_meanings(locked.stock_columns, stock_meanings)
        remember_meanings(locked, locked.stock_columns)
        locked.stage = ImportStage.APPLYING
        locked.confirmed_at = now
        make_due(locked, now)
        locked.save()
        record(
            action="import.confirmed",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            after={"stock": {c["kind"]: c["meaning"] for c in locked.stock_columns}},
        )
        hint_imports()
    return locked


def cancel(*, job: ImportJob, actor: User | None, now: datetime) -> ImportJob:
    """Stop the import. What is applied already stays; a running batch is finished or rolled back.

    Raises :class:`WrongStage` when there is nothing left to stop.
    """
    with transaction.atomic():
        locked = lock_job(job=job)
        if locked.stage not in CANCELLABLE:
            raise WrongStage(
                _("This import is over already."), remedy=_("There is nothing to stop.")
            )
        before = locked.stage
        locked.stage = ImportStage.CANCELLED
        locked.cancelled_at = locked.finished_at = now
        locked.state, locked.claimed_until = WorkState.DONE, None
        locked.save()
        if not locked.rows_applied:
            ImportRow.objects.filter(job=locked).delete()
        record(
            action="import.cancelled",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={"stage": before},
            after={"stage": locked.stage, "rows_applied": locked.rows_applied},
        )
    return locked


def retry(*, job: ImportJob, actor: User | None, now: datetime) -> ImportJob:
    """Run a failed step again, or read a refused or cancelled file anew.

    Raises :class:`WrongStage` when nothing failed.
    """
    with transaction.atomic():
        locked = lock_job(job=job)
        before = locked.stage
        if locked.stage in (ImportStage.REFUSED, ImportStage.CANCELLED) and not locked.rows_applied:
            locked.stage = ImportStage.UPLOADED
            locked.refusal = locked.remedy = ""
            locked.cancelled_at = None
        elif locked.state not in FAILED and locked.stage != ImportStage.CANCELLED:
            raise WrongStage(
                _("Nothing of this import failed."),
                remedy=_("Download its errors, mend the rows and upload that file."),
            )
        elif locked.stage == ImportStage.CANCELLED:
            locked.stage = ImportStage.APPLYING
            locked.cancelled_at = None
        make_due(locked, now)
        locked.save()
        record(
            action="import.retried",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={"stage": before},
            after={"stage": locked.stage},
        )
        hint_imports()
    return locked


def make_due(job: ImportJob, now: datetime) -> None:
    """Have the present stage's step run again, from its first attempt. The caller saves the job."""
    job.state, job.attempts, job.next_attempt_at = WorkState.PENDING, 0, now
    job.claimed_until = job.finished_at = job.step_started_at = None
    job.last_error = ""


def _with_meanings(
    columns: list[dict[str, Any]], meanings: Mapping[str, str] | str | None
) -> list[dict[str, Any]]:
    if isinstance(meanings, str):
        meanings = {column["kind"]: meanings for column in columns}
    chosen = meanings or {}
    return [
        {**c, "meaning": StockMeaning(chosen.get(c["kind"], c["meaning"])).value} for c in columns
    ]
