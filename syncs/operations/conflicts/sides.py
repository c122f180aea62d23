"""The two directions a chosen value goes: to Allegro, durably; or into our catalogue, at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from offers.enums import Field
from offers.models import FieldState
from offers.operations import (
    Agreed,
    WantedValue,
    agree,
    give_back_value,
    request_push,
    request_values,
    set_own_value,
    take_value,
)
from syncs.models import Conflict
from syncs.operations.conflicts.refusals import ChoiceNotPossible


def send_value(
    row: Conflict, value: str, *, expected: str, actor: User, now: datetime, cause: str
) -> None:
    """Ask for the offer to show a value, only over the one ``expected``; of stock the one of that moment."""
    if row.field == Field.STOCK:
        request_push(
            organization_id=row.organization_id,
            offer_ids=[row.offer_id],
            reason=cause,
            actor=actor,
            now=now,
        )
        return
    request_values(
        organization_id=row.organization_id,
        values=[WantedValue(row.offer_id, row.field, value, expected=expected)],
        cause=cause,
        actor=actor,
        now=now,
    )


def take_theirs(row: Conflict, *, actor: User, now: datetime) -> dict[str, Any]:
    """Write Allegro's value where ours came from and agree upon it; returns what was written where.

    Raises :class:`ChoiceNotPossible` when our value does not become Allegro's by it, for then the next
    run would send the old one, and what :func:`offers.operations.take_value` does.
    """
    taken = take_value(offer=row.offer, field=row.field, actor=actor, now=now)
    _refuse_other_than(row, row.theirs)
    agreed = [Agreed(row.offer_id, row.field, row.theirs)]
    agree(integration=row.integration, agreed=agreed, now=now)
    return taken.as_json()


def keep_own(row: Conflict, value: str, *, actor: User, now: datetime) -> dict[str, Any]:
    """Make a typed value the offer's own; returns what was written where.

    Raises :class:`ChoiceNotPossible` when our value does not become it.
    """
    kept = set_own_value(offer=row.offer, field=row.field, value=value, actor=actor, now=now)
    _refuse_other_than(row, value)
    return kept.as_json()


def give_back(row: Conflict, *, actor: User, now: datetime) -> None:
    """Put back on our side what a choice replaced there."""
    give_back_value(
        offer=row.offer, field=row.field, taken=row.written_where or {}, actor=actor, now=now
    )


def _refuse_other_than(row: Conflict, value: str) -> None:
    states = FieldState.objects.filter(offer=row.offer_id, field=row.field)
    if states.values_list("ours", flat=True).first() != value:
        raise ChoiceNotPossible(
            _("Your value did not become the chosen one by it."),
            remedy=_("Look at the price rules and own values of the offer."),
        )
