"""What a person decides about an edit: apply it, drop it, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.enums import WorkState
from core.errors import StateConflict
from products.enums import EditStage
from products.locks import lock_edit
from products.models import BulkEdit
from products.operations.bulk.starting import run_if_few
from products.operations.working import hint_work

if TYPE_CHECKING:
    from accounts.models import User


def confirm_edit(*, edit: BulkEdit, actor: User | None, now: datetime) -> BulkEdit:
    """Apply what the preview shows; products that changed since are decided anew, each on its own.

    Audited. Raises :class:`StateConflict` when the edit is not waiting for it.
    """
    return _move(
        edit, EditStage.PREVIEW, EditStage.APPLYING, "bulk_edit.confirmed", actor, now,
        confirmed_at=now,
    )  # fmt: skip


def undo_edit(*, edit: BulkEdit, actor: User | None, now: datetime) -> BulkEdit:
    """Give every product its former values back, except where they were changed since.

    Audited. Raises :class:`StateConflict` when the edit is not applied.
    """
    return _move(edit, EditStage.APPLIED, EditStage.UNDOING, "bulk_edit.undo_asked", actor, now)


def cancel_edit(*, edit: BulkEdit, actor: User | None, now: datetime) -> BulkEdit:
    """Drop an edit that was not confirmed. Audited. Raises :class:`StateConflict`."""
    with transaction.atomic():
        locked = lock_edit(edit=edit)
        if locked.stage not in (EditStage.CHECKING, EditStage.PREVIEW):
            raise _moved_on()
        BulkEdit.objects.filter(pk=locked.pk).update(
            stage=EditStage.CANCELLED, state=WorkState.DONE, claimed_until=None, finished_at=now
        )
        audit.record_change("bulk_edit.cancelled", locked, actor, now, {}, {})
    edit.refresh_from_db()
    return edit


def _move(
    edit: BulkEdit,
    at: EditStage,
    to: EditStage,
    action: str,
    actor: User | None,
    now: datetime,
    **values: Any,
) -> BulkEdit:
    with transaction.atomic():
        locked = lock_edit(edit=edit)
        if locked.stage != at or locked.state != WorkState.DONE:
            raise _moved_on()
        BulkEdit.objects.filter(pk=locked.pk).update(
            stage=to, state=WorkState.PENDING, attempts=0, next_attempt_at=now, finished_at=None,
            after_id=0, rows_done=0, last_error="", **values,
        )  # fmt: skip
        audit.record_change(action, locked, actor, now, {"stage": at}, {"stage": to})
        hint_work()
    edit.refresh_from_db()
    run_if_few(edit)
    return edit


def _moved_on() -> StateConflict:
    return StateConflict(
        _("The edit has moved on meanwhile."), remedy=_("Look at it again, then decide.")
    )
