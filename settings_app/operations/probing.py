"""Integrations that an outage of Allegro switched off come back by themselves."""

from __future__ import annotations

from datetime import datetime

import structlog

from connectors.allegro import AllegroError, Lane
from core.crypto import CryptoError
from core.errors import HubError
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations.access import allegro_client
from settings_app.operations.health import INVALID_GRANT, mark_needs_reauth
from settings_app.operations.lifecycle import CannotNow, resume

log = structlog.get_logger(__name__)


def probe_outages(*, now: datetime) -> int:
    """Ask Allegro once for every integration switched off by an outage; returns how many work again.

    Orders are then read on from the cursor, so nothing of the outage is lost. An integration that a
    person paused, or whose errors were not Allegro's being out of order, stays as it is.
    """
    stopped = Integration.objects.filter(state=IntegrationState.DISABLED, is_outage=True)
    return sum(_probe(integration, now) for integration in stopped.order_by("pk").iterator())


def _probe(integration: Integration, now: datetime) -> bool:
    try:
        with allegro_client(integration=integration, lane=Lane.SYNC, even_if_paused=True) as client:
            client.me()
    except (AllegroError, HubError, CryptoError) as error:
        if isinstance(error, AllegroError) and error.code == INVALID_GRANT:
            mark_needs_reauth(integration=integration, now=now)
        log.info(
            "still out of order",
            integration_id=integration.pk,
            error_type=type(error).__name__,
            trace_id=getattr(error, "trace_id", ""),
        )
        return False
    try:
        resume(integration=integration, actor=None, now=now)
    except CannotNow:
        return False
    return True
