"""The engine: claims due runs and takes each as far as its slice of time allows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import AllegroError, AuthError, RateLimited
from core.enums import WorkState
from core.errors import HubError
from core.work import DrainReport, claimed, drain, finish, postpone
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState
from settings_app.operations.health import record_sync_failure, record_sync_success
from syncs.enums import SyncKind
from syncs.models import SyncRun
from syncs.operations.check import check
from syncs.operations.plans.phases import work_on_plan
from syncs.operations.pull_offers import pull_offers
from syncs.operations.pull_orders import pull_orders
from syncs.operations.start import hint_runs
from syncs.operations.steps import LEASE, SLICE

LOOK_AGAIN = timedelta(minutes=5)


def run_due(*, seconds: float = 20.0) -> DrainReport:
    """Work on due runs until none is due or ``seconds`` are over; each keeps to its slice of time.

    Runs are claimed one by one: a claim must not run out while another run is worked on.
    """
    return drain(SyncRun.objects.all(), _work, limit=1, lease=LEASE, seconds=seconds)


def _work(run: SyncRun) -> None:
    integration = run.integration
    if not integration.is_working:
        _stand_still(run)
        return
    now = timezone.now()
    claimed(run).filter(started_at=None).update(started_at=now)
    claimed(run).update(heartbeat_at=now, stop_reason="")
    try:
        with allegro_client(integration=integration) as client:
            done = _pull(run, client, now + SLICE)
    except HubError as error:
        claimed(run).update(stop_reason=error.told[:300])
        raise
    except AllegroError as error:
        claimed(run).update(stop_reason=_said(error)[:300])
        record_sync_failure(integration=integration, error=error, now=timezone.now())
        raise
    if done is None:
        return
    if not done:
        postpone(run, until=timezone.now())
        hint_runs()
    elif finish(run, now=timezone.now()):
        record_sync_success(integration=integration, now=timezone.now())


def _pull(run: SyncRun, client: AllegroClient, deadline: datetime) -> bool | None:
    """Whether the run is over; None when it has put itself aside."""
    if run.plans:
        return work_on_plan(run, client, deadline)
    if run.kind == SyncKind.PULL_OFFERS:
        return pull_offers(run=run, client=client, deadline=deadline)
    if run.kind == SyncKind.CHECK:
        return check(run=run, client=client, deadline=deadline)
    return pull_orders(run=run, client=client, deadline=deadline)


def _stand_still(run: SyncRun) -> None:
    """An account that does not work fails nothing: the run waits for it, where it stopped.

    A paused or signed-out account lets it go on later. Switched off, a person must look first;
    disconnected, there is nothing to wait for.
    """
    account = run.integration
    reason = _("The account does not work: %(state)s.") % {"state": account.get_state_display()}
    now = timezone.now()
    if account.state in (IntegrationState.PAUSED, IntegrationState.NEEDS_REAUTH):
        claimed(run).update(stop_reason=reason)
        postpone(run, until=now + LOOK_AGAIN, reason=reason)
        return
    gone = account.state == IntegrationState.DISCONNECTED
    claimed(run).update(
        state=WorkState.DEAD if gone else WorkState.WAITING_FOR_PERSON,
        finished_at=now if gone else None,
        claimed_until=None,
        stop_reason=reason,
    )


def _said(error: AllegroError) -> str:
    """Why a run stands still, in words for the seller."""
    if isinstance(error, AuthError):
        return _("Allegro refused our sign-in. Connect the account again under Integrations.")
    if isinstance(error, RateLimited):
        return _("Allegro's limit of requests is used up; the run goes on by itself.")
    if error.retryable:
        return _("Allegro did not answer properly; the run tries again by itself.")
    return _("Allegro refused a request: %(said)s") % {
        "said": error.user_message or error.code or error.status
    }
