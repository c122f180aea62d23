from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncRun
from syncs.operations import run_due, start_run
from tests.integrations import connect

Run = Callable[..., SyncRun]


@pytest.fixture
def login(sandbox: Any) -> str:
    return str(sandbox.sellers()[0])


@pytest.fixture
def account(transactional_db: None, allegro: Any, organization: Any, owner: Any, login: str) -> Any:
    """A sandbox account, really connected."""
    return connect(organization=organization, user=owner, sandbox=allegro, login=login)


@pytest.fixture
def run_now(account: Any) -> Run:
    """Start a run of the account and work on it until nothing is due."""

    def run(kind: SyncKind = SyncKind.PULL_OFFERS) -> SyncRun:
        started = start_run(
            integration=account,
            kind=kind,
            trigger=SyncTrigger.SCHEDULE,
            actor=None,
            now=timezone.now(),
        )
        run_due()
        started.refresh_from_db()
        return started

    return run


def numbers(run: SyncRun) -> dict[str, int]:
    """The counters of a run that are not zero."""
    names = ("scanned", "created", "updated", "unchanged", "skipped", "failed")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


@pytest.fixture
def away(settings: Any) -> None:
    """An Allegro that is configured and answers nothing: for runs that need not ask it."""
    nowhere = "http://127.0.0.1:9"
    settings.ALLEGRO_ENVIRONMENTS = {
        **settings.ALLEGRO_ENVIRONMENTS,
        "sandbox": {
            "client_id": "hub",
            "client_secret": "never-sent",
            "api": nowhere,
            "auth": nowhere,
            "upload": nowhere,
        },
    }
