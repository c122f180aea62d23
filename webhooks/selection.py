"""A choice of events by what people know of them. The same for pages, API and replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState
from core.row_ids import row_id
from core.timestamps import read_moment
from webhooks.enums import EventSource
from webhooks.models import InboundEvent

# States by what a person asks: what is stuck, what is under way, what is over.
GROUPS: dict[str, tuple[Any, list[str]]] = {
    "failed": (_("Need you"), [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]),
    "open": (_("Under way"), [WorkState.PENDING, WorkState.RUNNING]),
    "done": (_("Done"), [WorkState.DONE]),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What the events have in common; an empty text asks nothing. ``since`` and ``until`` are ISO moments."""

    state: str = ""
    source: str = ""
    type: str = ""
    account: str = ""
    since: str = ""
    until: str = ""
    order: str = ""
    search: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Take what is known and sensible from a query string; a day means all of it, in the local zone."""
        text = {name: str(given.get(name) or "").strip()[:160] for name in cls.__slots__}
        text["search"] = text["search"] or str(given.get("q") or "").strip()[:160]
        known_states = {*GROUPS, *WorkState.values}
        return cls(
            **text
            | {
                "state": text["state"] if text["state"] in known_states else "",
                "source": text["source"] if text["source"] in EventSource.values else "",
                "account": text["account"] if row_id(text["account"]) else "",
                "since": _moment(text["since"] or str(given.get("from") or "")),
                "until": _moment(text["until"] or str(given.get("to") or ""), ends=True),
            }
        )

    @property
    def is_empty(self) -> bool:
        return not any(asdict(self).values())

    def stored(self) -> dict[str, str]:
        """As JSON: only what asks something."""
        return {name: value for name, value in asdict(self).items() if value}

    def without_state(self) -> Self:
        return replace(self, state="")

    def of(self, events: QuerySet[InboundEvent]) -> QuerySet[InboundEvent]:
        """The events of the choice."""
        if self.state:
            states = GROUPS[self.state][1] if self.state in GROUPS else [self.state]
            events = events.filter(state__in=states)
        wanted: dict[str, Any] = {
            "source": self.source,
            "event_type__iexact": self.type,
            "integration_id": self.account,
            "received_at__gte": self.since,
            "received_at__lt": self.until,
            "checkout_form_id": self.order,
        }
        events = events.filter(**{name: value for name, value in wanted.items() if value})
        if self.search:
            events = events.filter(
                Q(event_id=self.search)
                | Q(checkout_form_id=self.search)
                | Q(subject_id=self.search)
                | Q(event_type__iexact=self.search)
            )
        return events


def _moment(text: str, *, ends: bool = False) -> str:
    """A day or a moment as a moment; the end of a day is the beginning of the next."""
    text = text.strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = read_moment(text)
        return moment.isoformat() if moment else ""
    if not date.min + timedelta(days=2) < day < date.max - timedelta(days=2):
        return ""
    day += timedelta(days=1 if ends else 0)
    return datetime.combine(day, time.min, timezone.get_current_timezone()).isoformat()
