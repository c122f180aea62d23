"""One worker per account sends what is due, until its time is up or something holds it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.utils import timezone

from connectors.allegro import AllegroClient, AllegroError, Lane
from offers.enums import PushReason
from offers.locks import account_pusher
from offers.models import OfferPush
from offers.operations.braking import brake_holds
from offers.operations.commanding import follow_commands
from offers.operations.parking import tell_parked
from offers.operations.pushing.claiming import claim, rest, take_over, wait_a_moment
from offers.operations.pushing.working import work
from offers.operations.verdicts import failed, settle
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure
from settings_app.queries import StockStop, stock_stop

log = structlog.get_logger(__name__)


def push_account(*, integration_id: int, seconds: float = 20.0) -> int:
    """Send what is due of one account for up to ``seconds``; returns how many pushes were looked at.

    Open commands are followed first. Then, unless a switch or the brake holds: the order journal is
    read to its head, targets are computed from the stock of that moment, offers that show them already
    are done, the others are written by the cheapest plan, and read back on the next look. A second
    worker of the same account returns 0. Killed at any moment, nothing is sent twice.
    """
    with account_pusher(integration_id=integration_id) as ours:
        if not ours:
            return 0
        take_over(integration_id)
        integration: Integration = Integration.objects.select_related("organization").get(
            pk=integration_id
        )
        with allegro_client(integration=integration, lane=Lane.STOCK) as client:
            looked = _push(integration, client, time.monotonic() + seconds)
        tell_parked(integration=integration, now=timezone.now())
        return looked


def _push(integration: Integration, client: AllegroClient, until: float) -> int:
    looked = 0
    while time.monotonic() < until:
        if stop := stock_stop(integration_id=integration.pk):
            return _stand_still(integration, client, stop, looked)
        integration.refresh_from_db()
        if not _followed(integration, client):
            return looked
        if brake_holds(integration=integration, now=timezone.now()):
            rest(integration, PushReason.BRAKE)
            return looked
        pushes = claim(integration)
        if pushes:
            looked += len(pushes)
            if not _survived(integration, client, pushes):
                return looked
        elif not wait_a_moment(integration, until):
            return looked
    return looked


def _stand_still(
    integration: Integration, client: AllegroClient, stop: StockStop, looked: int
) -> int:
    """Nothing is sent; results of what was sent before are still fetched while the account works."""
    if stop != StockStop.NOT_WORKING:
        _followed(integration, client)
    rest(integration, PushReason.STOPPED)
    return looked


def _followed(integration: Integration, client: AllegroClient) -> bool:
    try:
        follow_commands(integration=integration, client=client)
    except AllegroError as error:
        record_sync_failure(integration=integration, error=error, now=timezone.now())
        return False
    return True


def _survived(integration: Integration, client: AllegroClient, pushes: Sequence[OfferPush]) -> bool:
    """:func:`work`; a mistake of ours is noted on the pushes it stopped, and never silent."""
    try:
        return work(integration, client, pushes)
    except Exception as error:
        log.exception("stock push failed", integration_id=integration.pk)
        now, words = timezone.now(), type(error).__name__
        failures = [
            failed(one, PushReason.FAILED, now=now, target=one.target, error=words, trace_id="")
            for one in pushes
        ]
        settle(failures, now=now)
        return False
