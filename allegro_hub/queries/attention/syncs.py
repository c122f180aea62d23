"""Syncs that wait for a person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization
from allegro_hub.queries.attention.entries import entry
from syncs.queries.plans.brakes import braked_runs

SHOWN = 5


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
