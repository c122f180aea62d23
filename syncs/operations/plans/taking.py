"""Allegro's values taken over, each for itself: one that cannot be taken stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import HubError, StateConflict
from offers.field_reasons import FieldReason
from offers.models import FieldState
from offers.operations import Agreed, agree, give_back_value, take_value
from syncs.enums import ChangeState, SyncScope
from syncs.models import PlannedChange, SyncRun


class NotTaken(StateConflict):
    """What was written does not make our value the one that was taken."""

    code = "value_not_taken"
    title = gettext_lazy("The value could not be taken over")


def take_all(run: SyncRun, changes: Sequence[PlannedChange], *, now: datetime) -> None:
    """Write Allegro's values where ours came from, and agree upon them; sets how each change ended.

    Of a run that takes another back our former values are written instead. Call it in the transaction
    that holds the fields; the caller writes the rows.
    """
    for change in changes:
        try:
            with transaction.atomic():
                _take(run, change, now)
        except HubError as error:
            change.state, change.finished_at = ChangeState.FAILED, now
            change.outcome = FieldReason.NOT_TAKABLE
            change.message = f"{error.detail} {error.remedy}".strip()[:500]
        else:
            change.state, change.finished_at = ChangeState.DONE, now


def _take(run: SyncRun, change: PlannedChange, now: datetime) -> None:
    actor = run.applied_by or run.requested_by
    offer, field = change.offer, change.field
    if run.scope == SyncScope.UNDO:
        place = change.written_where or {}
        give_back_value(offer=offer, field=field, taken=place, actor=actor, now=now)
        _agree(run, change, now)
        return
    taken = take_value(offer=offer, field=field, actor=actor, now=now, run_id=run.pk)
    _agree(run, change, now)
    change.written_where = taken.as_json()


def _agree(run: SyncRun, change: PlannedChange, now: datetime) -> None:
    """Ours must be the meant value before it is agreed upon, or the next run would send the old one."""
    state = FieldState.objects.get(offer_id=change.offer_id, field=change.field)
    if state.ours != change.value:
        raise NotTaken(
            _("Your value did not become Allegro's by it."),
            remedy=_("Look at the price rules and own values of the offer."),
        )
    agreed = Agreed(change.offer_id, change.field, change.value or "")
    agree(integration=run.integration, agreed=[agreed], now=now)
    if run.scope == SyncScope.UNDO:
        FieldState.objects.filter(pk=state.pk).update(undone_theirs=change.theirs)
