"""A conflict in words: three values with their times, and what is the matter with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from offers.enums import Field, PublicationStatus, base_field
from offers.field_reasons import reason_in_words
from offers.reasons import Reason
from settings_app.queries import field_label
from syncs.enums import ConflictState
from syncs.models import Conflict

HASH_SHOWN = 8
HASHED = (Field.DESCRIPTION, Field.IMAGES)
STATE_TONES = {
    ConflictState.OPEN: ("warn", "split"),
    ConflictState.WRITING: ("info", "running"),
    ConflictState.RESOLVED: ("ok", "ok"),
    ConflictState.AGREED: ("neutral", "ok"),
}


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as people see it."""

    row: Conflict
    label: str
    base: str
    ours: str
    theirs: str
    chosen: str
    reason: Reason
    tone: str
    icon: str
    state: str
    url: str

    @property
    def title(self) -> Any:
        return self.row.offer.title or self.row.offer.allegro_id


def conflict_view(row: Conflict) -> ConflictView:
    """The words of a conflict. No queries."""
    tone, icon = STATE_TONES[ConflictState(row.state)]
    return ConflictView(
        row=row,
        label=field_label(row.field),
        base=shown_value(row.field, row.base),
        ours=shown_value(row.field, row.ours),
        theirs=shown_value(row.field, row.theirs),
        chosen=shown_value(row.field, row.value),
        reason=reason_in_words(row.reason),
        tone="danger" if row.problem and row.state == ConflictState.OPEN else tone,
        icon=icon,
        state=_("Being taken back") if row.undoing else str(row.get_state_display()),
        url=reverse("syncs:conflict", args=[row.pk]),
    )


def shown_value(field: str, value: str | None) -> str:
    """A canonical text for people: descriptions and pictures are kept as the hash they are compared by."""
    if value is None:
        return "–"
    kind = base_field(field)
    if kind in HASHED:
        return _("version %(hash)s") % {"hash": value[:HASH_SHOWN]} if value else _("empty")
    if kind == Field.STATUS and value in PublicationStatus.values:
        return str(PublicationStatus(value).label)
    return value or _("empty")
