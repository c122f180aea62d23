"""A conflict resolved by choosing a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record_change
from core.errors import HubError
from offers.enums import PushCause
from offers.locks import lock_fields
from offers.models import FieldState
from offers.values import UnreadableValue
from syncs.enums import ConflictResolution, ConflictState
from syncs.locks import lock_conflict
from syncs.models import Conflict
from syncs.operations.conflicts.refusals import (
    ChoiceNotPossible,
    ConflictDecided,
    ConflictMoved,
    UnusableValue,
)
from syncs.operations.conflicts.sides import keep_own, send_value, take_theirs
from syncs.queries.conflicts import choice_of, shown_value, typed_value


@dataclass(frozen=True, slots=True)
class Seen:
    """The canonical values a person looked at."""

    ours: str
    theirs: str


def resolve(
    *,
    conflict: Conflict,
    resolution: ConflictResolution,
    actor: User,
    now: datetime,
    value: str = "",
    seen: Seen | None = None,
) -> Conflict:
    """Resolve an open conflict; one transaction for the choice, what follows from it and the audit.

    OURS asks for the write of our value, and of a stock for a push of it; OWN first makes the typed
    ``value`` the offer's own. Both only over Allegro's value of the conflict: where another one is
    found, nothing is written and the conflict opens again. ALLEGRO writes Allegro's value where ours
    came from and agrees upon it at once. Of two people who choose at the same time the second is told
    so. Raises :class:`ConflictDecided`, :class:`ConflictMoved` when a value is not the one ``seen``,
    :class:`ChoiceNotPossible`, :class:`UnusableValue`.
    """
    follow_values(conflict)
    with transaction.atomic():
        lock_fields(organization_id=conflict.organization_id, offer_ids=[conflict.offer_id])
        row = lock_conflict(conflict)
        _refuse_decided(row)
        _refuse_moved(row, seen)
        chosen = _chosen(row, resolution, value)
        choice = choice_of(row, resolution, chosen)
        if not choice.possible:
            raise ChoiceNotPossible(choice.obstacle, remedy=choice.remedy)
        _write(row, resolution, chosen, actor, now)
        before = {"field": row.field, "ours": row.ours, "theirs": row.theirs, "base": row.base}
        after = {"resolution": str(resolution), "value": chosen}
        record_change("conflict.resolved", row, actor, now, before, after)
    return row


@dataclass(slots=True)
class ConflictReport:
    """What became of each; ``refused`` with the reason."""

    done: list[int] = field(default_factory=list)
    refused: list[tuple[Conflict, HubError]] = field(default_factory=list)


def resolve_many(
    *,
    conflicts: Sequence[Conflict],
    resolution: ConflictResolution,
    actor: User,
    now: datetime,
    seen: Mapping[int, Seen] | None = None,
) -> ConflictReport:
    """:func:`resolve` each for itself: one that is refused stops no other."""
    report = ConflictReport()
    for row in conflicts:
        try:
            resolve(
                conflict=row,
                resolution=resolution,
                actor=actor,
                now=now,
                seen=(seen or {}).get(row.pk),
            )
        except HubError as error:
            report.refused.append((row, error))
        else:
            report.done.append(row.pk)
    return report


def follow_values(conflict: Conflict) -> None:
    """Let an open conflict show the values of this moment, where both are known and still differ."""
    state = FieldState.objects.filter(offer=conflict.offer_id, field=conflict.field).first()
    if state is None or state.ours is None or state.theirs is None or state.ours == state.theirs:
        return
    Conflict.objects.filter(pk=conflict.pk, state=ConflictState.OPEN).update(
        ours=state.ours,
        theirs=state.theirs,
        ours_at=state.ours_at,
        theirs_at=state.theirs_at,
    )


def _refuse_decided(row: Conflict) -> None:
    if row.state == ConflictState.OPEN:
        state = FieldState.objects.filter(offer=row.offer_id, field=row.field).first()
        if state is not None and state.ours is not None and state.ours != state.theirs:
            return
        raise ConflictDecided(
            _("There are no two values to choose from any more."),
            remedy=_("The next sync closes the conflict; nothing needs doing."),
        )
    who = row.resolved_by.get_full_name() if row.resolved_by else ""
    said = _("%(person)s chose: %(how)s.") if who else ""
    raise ConflictDecided(
        said % {"person": who, "how": row.get_resolution_display()} if said else "",
        remedy=_("Look at what was chosen; it can be taken back."),
    )


def _refuse_moved(row: Conflict, seen: Seen | None) -> None:
    if seen is None or seen == Seen(row.ours, row.theirs):
        return
    if seen.theirs != row.theirs:
        said = _("Allegro shows %(now)s now, not %(then)s.")
        then, now = seen.theirs, row.theirs
    else:
        said = _("Ours is %(now)s now, not %(then)s.")
        then, now = seen.ours, row.ours
    words = {"now": shown_value(row.field, now), "then": shown_value(row.field, then)}
    raise ConflictMoved(said % words, remedy=_("Look at both values, then choose again."))


def _chosen(row: Conflict, resolution: ConflictResolution, text: str) -> str:
    if resolution == ConflictResolution.OURS:
        return row.ours
    if resolution == ConflictResolution.ALLEGRO:
        return row.theirs
    if not choice_of(row, resolution).possible:
        return ""
    try:
        return typed_value(row, text)
    except UnreadableValue as error:
        raise UnusableValue(
            str(error), remedy=_("Type another value, or choose a side.")
        ) from error


def _write(
    row: Conflict, resolution: ConflictResolution, value: str, actor: User, now: datetime
) -> None:
    row.resolution, row.value, row.problem = resolution, value, ""
    row.resolved_by, row.undoing = actor, False
    if resolution == ConflictResolution.ALLEGRO or value == row.theirs:
        row.written_where = take_theirs(row, actor=actor, now=now)
        row.state, row.resolved_at = ConflictState.RESOLVED, now
    else:
        if resolution == ConflictResolution.OWN and value != row.ours:
            row.written_where = keep_own(row, value, actor=actor, now=now)
        send_value(row, value, expected=row.theirs, actor=actor, now=now, cause=PushCause.CONFLICT)
        row.state, row.asked_at = ConflictState.WRITING, now
    row.save()
