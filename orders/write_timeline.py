"""What people asked Allegro to change, in the story of an order."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.enums import WorkState
from orders.enums import WriteOutcome
from orders.models import Order, OrderWrite
from orders.queries.writes import ProblemTold, what_is
from orders.timeline import Entry, entry

SHOWN = 40
_TONES = {WriteOutcome.WRITTEN: "ok", WriteOutcome.ALREADY: "ok"}


def entries(order: Order) -> Iterator[Entry]:
    """One entry for each write: when it was done, or asked for, by whom, and what came of it."""
    writes = OrderWrite.objects.filter(order=order).select_related("requested_by").order_by("-pk")
    for write in writes[:SHOWN]:
        actor = write.requested_by.get_full_name() if write.requested_by else ""
        at = write.finished_at or write.requested_at
        yield entry(what_is(write), at, _came_of(write), tone=_tone(write), actor=actor)


def _came_of(write: OrderWrite) -> str:
    if write.state == WorkState.DONE:
        told = str(write.get_outcome_display())
        return f"{told} · {write.last_trace_id}" if write.last_trace_id else told
    problem = ProblemTold.of(write)
    if write.needs_person and problem is not None:
        return problem.title
    return _("On its way to Allegro")


def _tone(write: OrderWrite) -> str:
    if write.needs_person:
        return "danger"
    return _TONES.get(WriteOutcome(write.outcome), "neutral") if write.outcome else "info"
