"""Lines of a plan and groups of them, as people read them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from urllib.parse import urlencode

from settings_app.queries import field_label
from syncs.enums import PlanAction
from syncs.queries.conflicts.rows import shown_value
from syncs.queries.plans.counting import WRITES
from syncs.queries.plans.rows import ChangeView

ACTION_TONES = {
    PlanAction.PUSH: ("info", "upload"),
    PlanAction.PULL: ("info", "download"),
    PlanAction.AGREE: ("ok", "ok"),
    PlanAction.CONFLICT: ("warn", "split"),
    PlanAction.NOTHING: ("neutral", "neutral"),
}


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What the lines of a plan are narrowed to; empty means all."""

    action: str = ""
    field: str = ""
    state: str = ""
    reason: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.query)

    @property
    def query(self) -> str:
        """As a query string."""
        names = ("action", "field", "state", "reason")
        return urlencode({one: getattr(self, one) for one in names if getattr(self, one)})


@dataclass(slots=True)
class Group:
    """Everything a plan does with one field in one way."""

    field: str
    action: PlanAction
    count: int
    samples: list[Line] = dataclasses.field(default_factory=list)

    @property
    def label(self) -> str:
        return field_label(self.field)

    @property
    def tone(self) -> str:
        return ACTION_TONES[self.action][0]

    @property
    def icon(self) -> str:
        return ACTION_TONES[self.action][1]

    @property
    def query(self) -> str:
        return PlanFilter(action=self.action, field=self.field).query


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plan with its values as people read them."""

    view: ChangeView

    @property
    def label(self) -> str:
        return field_label(self.view.change.field)

    @property
    def before(self) -> str:
        change = self.view.change
        there = change.ours if change.action == PlanAction.PULL else change.theirs
        return shown_value(change.field, change.former if change.former is not None else there)

    @property
    def after(self) -> str:
        return shown_value(self.view.change.field, self.view.change.value)

    @property
    def ours(self) -> str:
        return shown_value(self.view.change.field, self.view.change.ours)

    @property
    def theirs(self) -> str:
        return shown_value(self.view.change.field, self.view.change.theirs)

    @property
    def writes(self) -> bool:
        return self.view.change.action in WRITES
