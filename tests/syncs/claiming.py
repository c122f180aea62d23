"""A run in the hands of a worker, for what the engine does not say to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from connectors.allegro.client import AllegroClient
from core.work import claim_due, finish
from settings_app.connection import allegro_client
from syncs.enums import SyncKind
from syncs.models import SyncRun
from tests.syncs.factories import SyncRunFactory


@contextmanager
def claimed_run(account: Any, kind: SyncKind) -> Iterator[tuple[SyncRun, AllegroClient, datetime]]:
    """A new run of the account, claimed, with the client and a minute of time; done afterwards."""
    SyncRunFactory(integration=account, kind=kind, state="PENDING")
    [run] = claim_due(SyncRun.objects.all(), now=timezone.now())
    with allegro_client(integration=account) as client:
        yield run, client, timezone.now() + timedelta(minutes=1)
    assert finish(run, now=timezone.now())
    run.refresh_from_db()
