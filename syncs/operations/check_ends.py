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
    """One notice for everything high and critical that opened in this run, and for a brake."""
    with step(run) as taken:
        _tell(run)
        taken.position["phase"] = "over"


def _tell(run: SyncRun) -> None:
    opened = run.position.get("opened", {})
    critical = int(opened.get(str(int(Severity.CRITICAL)), 0))
    bad = critical + int(opened.get(str(int(Severity.HIGH)), 0))
    held = int(run.position.get("held", 0))
    if not bad and not held:
        return
    title = ngettext(
        "%(account)s: %(n)d grave difference with Allegro",
        "%(account)s: %(n)d grave differences with Allegro",
        bad,
    ) % {"account": run.integration.label, "n": bad}
    if not bad:
        title = _("%(account)s: rules wait for you") % {"account": run.integration.label}
    notify(
        organization_id=run.organization_id,
        event=Event.DISCREPANCY_FOUND,
        severity=Loudness.DANGER if critical else Loudness.WARNING,
        title=title,
        body=_body(critical, held),
        link=f"{reverse('syncs:discrepancies')}?account={run.integration_id}",
        dedupe_key=f"discrepancy.run:{run.pk}",
        now=timezone.now(),
    )


def _body(critical: int, held: int) -> str:
    lines = []
    if critical:
        lines.append(_("Critical among them: %(n)d.") % {"n": critical})
    if held:
        lines.append(
            _(
                "Rules would have rewritten %(n)d of your own values at once. None was; look at them "
                "and decide."
            )
            % {"n": held}
        )
    return " ".join(lines)
