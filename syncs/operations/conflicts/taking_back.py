"""A choice taken back: what it wrote is given back where nothing moved since; the conflict opens again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.audit import record_change
from core.errors import StateConflict
from offers.enums import Field, PushCause
from offers.locks import lock_fields
from offers.models import FieldState
from offers.operations import withdraw_agreement
from syncs.enums import ConflictResolution, ConflictState
from syncs.locks import lock_conflict
from syncs.models import Conflict
from syncs.operations.conflicts.sides import give_back, send_value
from syncs.queries.conflicts import choice_of


class CannotTakeBack(StateConflict):
    """The choice has been overtaken, or writes nothing that could be given back."""

    code = "conflict_cannot_be_taken_back"
    title = gettext_lazy("This choice cannot be taken back")


def can_be_taken_back(row: Conflict) -> bool:
    """Whether taking it back is offered; stock is counted, so an old number is never put back."""
    return row.state == ConflictState.RESOLVED and row.field != Field.STOCK


def take_back(*, conflict: Conflict, actor: User, now: datetime) -> Conflict:
    """Give back what a resolved conflict's choice wrote. Audits.

    Ours and another value: Allegro's former value is sent there, and the conflict opens again when
    Allegro shows it. Allegro's: our former value returns where it stood, and the conflict is open at
    once. Raises :class:`CannotTakeBack` when a value has moved since, or nothing was written.
    """
    with transaction.atomic():
        lock_fields(organization_id=conflict.organization_id, offer_ids=[conflict.offer_id])
        row = lock_conflict(conflict)
        if not can_be_taken_back(row):
            raise CannotTakeBack(remedy=_("Change the value itself instead."))
        _refuse_moved(row)
        row.problem = ""
        if row.resolution == ConflictResolution.ALLEGRO:
            give_back(row, actor=actor, now=now)
            withdraw_agreement(offer=row.offer, field=row.field, former=row.base, now=now)
            _open(row)
        else:
            _send_back(row, actor, now)
        row.save()
        record_change(
            "conflict.taken_back",
            row,
            actor,
            now,
            {"resolution": conflict.resolution, "value": conflict.value},
            {"field": row.field, "value": row.theirs},
        )
    return row


def _refuse_moved(row: Conflict) -> None:
    state = FieldState.objects.filter(offer=row.offer_id, field=row.field).first()
    if state is None or (state.ours, state.theirs) != (row.value, row.value):
        raise CannotTakeBack(
            _("A value has changed since it was chosen."),
            remedy=_("Change the value itself instead."),
        )


def _open(row: Conflict) -> None:
    row.state, row.resolution, row.value = ConflictState.OPEN, "", None
    row.resolved_by, row.resolved_at, row.written_where = None, None, None


def _send_back(row: Conflict, actor: User, now: datetime) -> None:
    choice = choice_of(row, ConflictResolution.OURS)
    if not choice.possible:
        raise CannotTakeBack(choice.obstacle, remedy=choice.remedy)
    if row.written_where:
        give_back(row, actor=actor, now=now)
    send_value(
        row, row.theirs, expected=row.value or "", actor=actor, now=now, cause=PushCause.UNDO
    )
    row.state, row.undoing, row.asked_at = ConflictState.WRITING, True, now
