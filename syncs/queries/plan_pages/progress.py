"""How far a run that plans is: its phase, its counts, its pace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from syncs.enums import ChangeState, SyncMode
from syncs.models import SyncRun
from syncs.queries.plans.counting import state_counts
from syncs.queries.runs import is_silent, run_view

# The phases of a run, in the order they come; of a run that only shows, the first three.
PHASES = {
    "read": gettext_lazy("Read Allegro"),
    "plan": gettext_lazy("Compare"),
    "confirm": gettext_lazy("Ask Allegro again"),
    "apply": gettext_lazy("Write"),
    "wait": gettext_lazy("Read back"),
}
_STANDS_FOR = {"undo": "plan", "brakes": "confirm", "agree": "apply", "over": "confirm"}
_SHOWN_ONLY = ("read", "plan", "confirm")
FINISHED = (ChangeState.DONE, ChangeState.FAILED, ChangeState.SKIPPED, ChangeState.CHANGED)


def plan_progress(*, run: SyncRun) -> dict[str, Any]:
    """What moves while the run is under way."""
    now, counts = timezone.now(), state_counts(run=run)
    finished = sum(counts.get(one, 0) for one in FINISHED)
    view = run_view(run)
    return {
        "run": run,
        "view": view,
        "silent": is_silent(run, now=now),
        "steps": _steps(run) if view.in_flight else [],
        "finished": finished,
        "total": sum(counts.values()),
        "counts": [
            {
                "label": state.label,
                "count": counts[state],
                "tone": _tone(state),
                "state": state.value,
            }
            for state in ChangeState
            if counts.get(state)
        ],
        **_speed(run, finished, sum(counts.values()), now),
    }


def _steps(run: SyncRun) -> list[dict[str, Any]]:
    """The phases with the present one marked."""
    phase = str(run.position.get("phase", "read"))
    now = _STANDS_FOR.get(phase, phase)
    names: Sequence[str] = _SHOWN_ONLY if run.mode == SyncMode.DRY_RUN else tuple(PHASES)
    place = names.index(now) if now in names else 0
    return [
        {
            "label": PHASES[name],
            "state": "done" if at < place else "current" if at == place else "todo",
        }
        for at, name in enumerate(names)
    ]


def _speed(run: SyncRun, finished: int, total: int, now: datetime) -> dict[str, Any]:
    """Lines a minute since the writing began, and how long the rest takes at that pace."""
    begun = run.applied_at or run.started_at
    if not run.is_open or begun is None or not finished or run.position.get("phase") != "apply":
        return {"rate": None, "minutes_left": None}
    seconds = max((now - begun).total_seconds(), 1.0)
    rate = finished * 60 / seconds
    return {"rate": round(rate), "minutes_left": ceil((total - finished) / rate)}


def _tone(state: ChangeState) -> str:
    if state == ChangeState.FAILED:
        return "danger"
    return "warn" if state == ChangeState.CHANGED else ""
