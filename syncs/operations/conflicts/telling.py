"""One notice per account about the conflicts that runs find; it grows until it is read."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.enums import Event, Severity
from notifications.operations import tell_more
from syncs.enums import ConflictState
from syncs.models import Conflict, SyncRun
from syncs.operations.steps import step

TOLD = "conflicts_told"


def tell_of_conflicts(run: SyncRun) -> None:
    """Tell the members of the conflicts this run found, once, however often the run is resumed."""
    if run.position.get(TOLD):
        return
    found = Conflict.objects.filter(run=run, state=ConflictState.OPEN).count()
    account = run.integration
    with step(run) as taken:
        taken.position[TOLD] = True
        if not found:
            return

        def title(count: int) -> str:
            said = ngettext(
                "%(account)s: %(n)d conflict waits for your choice",
                "%(account)s: %(n)d conflicts wait for your choice",
                count,
            )
            return said % {"account": account.label, "n": count}

        tell_more(
            organization_id=run.organization_id,
            event=Event.CONFLICT_FOUND,
            severity=Severity.WARNING,
            title=title,
            more=found,
            body=lambda: _("Both sides changed the same thing. Nothing is overwritten meanwhile."),
            link=f"{reverse('syncs:conflicts')}?account={account.pk}",
            dedupe_key=f"conflict.found:{account.pk}",
            now=timezone.now(),
        )
