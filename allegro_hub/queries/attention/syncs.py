"""Syncs and conflicts that wait for a person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from allegro_hub.queries.attention.entries import ENOUGH, entry, some_label
from syncs.queries.conflicts import open_count
from syncs.queries.plans.brakes import braked_runs

SHOWN = 5


def of_conflicts(organization: Organization) -> list[dict[str, Any]]:
    """How many fields both sides changed, each to something else, that nobody has chosen about."""
    count = open_count(organization=organization, most=ENOUGH + 1)
    if not count:
        return []
    title = ngettext(
        "%(n)s conflict waits for your choice", "%(n)s conflicts wait for your choice", count
    )
    return [
        entry(
            "warn",
            title % {"n": some_label(count)},
            _("Both sides changed the same thing. Nothing is overwritten meanwhile."),
            _("Choose"),
            reverse("syncs:conflicts"),
            "split",
        )
    ]


def of_syncs(organization: Organization) -> list[dict[str, Any]]:
    """Runs whose brakes hold changes until somebody releases or drops them, with the numbers."""
    runs = braked_runs(organization=organization).select_related("integration").order_by("-pk")
    return [
        entry(
            "danger",
            _("%(account)s: a sync waits for you") % {"account": run.integration.label},
            run.stop_reason,
            _("Look and decide"),
            reverse("syncs:detail", args=[run.pk]),
            "danger",
        )
        for run in runs[:SHOWN]
    ]
