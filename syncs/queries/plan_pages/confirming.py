"""What the pages say that stand before a plan is carried out, taken back, released or dropped."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from syncs.enums import ChangeState
from syncs.models import PlannedChange, SyncRun
from syncs.queries.plan_pages.page import groups_of
from syncs.queries.plans.counting import WRITES


def apply_page(*, run: SyncRun) -> dict[str, Any]:
    """What the page before a shown plan is carried out says."""
    groups = [one for one in groups_of(run) if one.action in WRITES]
    lines = [
        _("%(what)s, %(how)s: %(n)d") % {"what": one.label, "how": one.action.label, "n": one.count}
        for one in groups
    ]
    held = (
        PlannedChange.objects.filter(run=run, state=ChangeState.PLANNED).exclude(brake="").count()
    )
    if held:
        lines.append(
            _("%(n)d of them are held by a brake and wait until you release them.") % {"n": held}
        )
    lines.append(_("Where a value has moved since, nothing is written and the next sync decides."))
    lines.append(_("It can be taken back afterwards."))
    return _confirm(run, _("Carry the plan out"), lines, tone="")


def undo_page(*, run: SyncRun) -> dict[str, Any]:
    """What the page before a run is taken back says."""
    return _confirm(
        run,
        _("Take the run back"),
        [
            _("A plan is made that writes the former values, on both sides. It is shown first."),
            _("Where a value has moved since, it is left as it is."),
            _("Stock is left: it follows what is counted and sold."),
            _("What was taken back is not written again by itself until the value changes."),
        ],
        tone="danger",
    )


def retry_page(*, run: SyncRun) -> dict[str, Any]:
    """What the page before a retry of what failed says."""
    failed = PlannedChange.objects.filter(
        run=run, state__in=[ChangeState.FAILED, ChangeState.CHANGED]
    ).count()
    return _confirm(
        run,
        _("Try again what failed"),
        [
            _("%(n)d fields are compared again, and no others.") % {"n": failed},
            _("What then differs is written by the rules of the account."),
        ],
        tone="",
    )


def brake_page(*, run: SyncRun, release: bool) -> dict[str, Any]:
    """What the page before a brake is decided says."""
    held = (
        PlannedChange.objects.filter(run=run, state=ChangeState.PLANNED).exclude(brake="").count()
    )
    if release:
        lines = [
            _("%(n)d held changes are written.") % {"n": held},
            _("Where a value has moved since, nothing is written."),
        ]
        return _confirm(run, _("Release what the brake holds"), lines, tone="danger")
    lines = [
        _("%(n)d held changes are given up; nothing of them is written.") % {"n": held},
        _("The values stay apart: the next sync finds them again, and asks again."),
    ]
    return _confirm(run, _("Drop what the brake holds"), lines, tone="")


def _confirm(run: SyncRun, title: str, lines: list[str], *, tone: str) -> dict[str, Any]:
    return {
        "title": title,
        "question": f"{run.get_kind_display()} · {run.integration.label}",
        "consequences": lines,
        "action_label": title,
        "cancel_url": reverse("syncs:detail", args=[run.pk]),
        "tone": tone,
    }
