"""The lines of a plan, for pages, the API and the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.sheets import BOM, harmless, sheet_line
from offers.field_reasons import reason_in_words
from offers.reasons import Reason
from syncs.enums import ChangeState, PlanAction
from syncs.models import PlannedChange, SyncRun

COLUMNS = (
    "offer", "title", "field", "action", "agreed", "ours", "at_allegro", "written", "state", "reason",
    "explanation", "remedy", "message",
)  # fmt: skip
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A planned change as people see it: why it is done or left, and what to do about that."""

    change: PlannedChange
    reason: Reason
    outcome: Reason | None

    @property
    def words(self) -> Reason:
        """How it ended where that needs saying, else why it was decided so."""
        return self.outcome or self.reason


def changes_of(
    *, run: SyncRun, action: str = "", state: str = "", field: str = "", brake: str = ""
) -> QuerySet[PlannedChange]:
    """The lines of a plan in the order they were planned; unknown filters are left out."""
    changes = PlannedChange.objects.filter(run=run).select_related("offer").order_by("pk")
    if action in PlanAction.values:
        changes = changes.filter(action=action)
    if state in ChangeState.values:
        changes = changes.filter(state=state)
    if field:
        changes = changes.filter(field=field)
    return changes.filter(brake=brake) if brake else changes


def change_view(change: PlannedChange) -> ChangeView:
    """A line with its words. No queries."""
    return ChangeView(
        change=change,
        reason=reason_in_words(change.reason),
        outcome=reason_in_words(change.outcome) if change.outcome else None,
    )


def plan_lines(changes: QuerySet[PlannedChange]) -> Iterator[str]:
    """A plan as CSV (UTF-8 with BOM, ``;``), a line at a time, read in chunks.

    Descriptions and pictures are shown as the hashes they are compared by.
    """
    yield BOM + sheet_line(COLUMNS)
    for change in changes.iterator(chunk_size=CHUNK):
        yield sheet_line(_cells(change_view(change)))


def _cells(view: ChangeView) -> list[str]:
    change, words = view.change, view.words
    held = _("held by the brake") if change.brake and change.state == ChangeState.PLANNED else ""
    texts = [
        change.offer.allegro_id,
        change.offer.title,
        change.field,
        change.action,
        change.base or "",
        change.ours or "",
        change.theirs or "",
        change.value or "",
        held or change.state,
        words.code,
        words.text,
        words.remedy,
        change.message,
    ]
    return [harmless(one) for one in texts]
