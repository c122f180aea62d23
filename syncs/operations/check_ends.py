"""The end of a check: people are told once of what is bad, and of what waits for them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connectors.allegro.client import AllegroClient
from notifications.enums import Event
from notifications.enums import Severity as Loudness
from notifications.operations import notify
from syncs.enums import Severity
from syncs.models import SyncRun
from syncs.operations.steps import step


def end_check(run: SyncRun, _client: AllegroClient) -> None:
    """One notice for everything high and critical that opened in this run, and one for a brake."""
    with step(run) as taken:
        _tell_grave(run)
        _tell_held(run)
        taken.position["phase"] = "over"


def _tell_grave(run: SyncRun) -> None:
    opened = run.position.get("opened", {})
    critical = int(opened.get(str(int(Severity.CRITICAL)), 0))
    grave = critical + int(opened.get(str(int(Severity.HIGH)), 0))
    if not grave:
        return
    title = ngettext(
        "%(account)s: %(n)d grave difference with Allegro",
        "%(account)s: %(n)d grave differences with Allegro",
        grave,
    )
    _notify(
        run,
        title=title % {"account": run.integration.label, "n": grave},
        body=_("Critical among them: %(n)d.") % {"n": critical} if critical else "",
        severity=Loudness.DANGER if critical else Loudness.WARNING,
        dedupe_key=f"discrepancy.run:{run.pk}",
    )


def _tell_held(run: SyncRun) -> None:
    held = int(run.position.get("held", 0))
    if not held:
        return
    _notify(
        run,
        title=_("%(account)s: rules wait for you") % {"account": run.integration.label},
        body=_(
            "Rules would have rewritten %(n)d of your own values at once. None was; look at them "
            "and decide."
        )
        % {"n": held},
        severity=Loudness.WARNING,
        dedupe_key=f"discrepancy.held:{run.integration_id}",
    )


def _notify(run: SyncRun, *, title: str, body: str, severity: Loudness, dedupe_key: str) -> None:
    notify(
        organization_id=run.organization_id,
        event=Event.DISCREPANCY_FOUND,
        severity=severity,
        title=title,
        body=body,
        link=f"{reverse('syncs:discrepancies')}?account={run.integration_id}",
        dedupe_key=dedupe_key,
        now=timezone.now(),
    )
