"""What the journals beside the order journal share: one reader, failures beside the cursor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from connectors.allegro import AllegroClient, AllegroError, AuthError, Lane
from core.errors import HubError
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations import record_sync_failure
from webhooks.enums import Journal
from webhooks.locks import journal_reader
from webhooks.operations.storing import CursorMoved, note_failure

log = structlog.get_logger(__name__)
Read = Callable[[Integration, AllegroClient, datetime], int]


def read_secondary(*, integration: Integration, journal: Journal, read: Read, now: datetime) -> int:
    """Read a journal of the account as its one reader, in the background lane; 0 when another reads it.

    A failure is noted on the cursor. It counts against the account only when Allegro refuses the
    sign-in: orders must not stop because, say, returns cannot be read.
    """
    with journal_reader(integration_id=integration.pk, journal=journal) as ours:
        if not ours or not integration.is_working:
            return 0
        try:
            with allegro_client(integration=integration, lane=Lane.SYNC) as client:
                return read(integration, client, now)
        except (AllegroError, CursorMoved, HubError) as error:
            log.warning(
                "journal not read",
                journal=journal.value,
                integration_id=integration.pk,
                error_type=type(error).__name__,
                trace_id=getattr(error, "trace_id", ""),
            )
            if not isinstance(error, CursorMoved):
                note_failure(integration=integration, journal=journal, error=error, now=now)
            if isinstance(error, AuthError):
                record_sync_failure(integration=integration, error=error, now=now)
            return 0
