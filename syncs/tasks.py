from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="syncs.run_due")
def run_due(**kwargs: Any) -> None:
    """Work on due runs; hinted when one is started, swept by beat."""
    from core.hints import hint_taken
    from syncs.operations import run_due as operation

    hint_taken(run_due)
    operation()


@shared_task(name="syncs.start_scheduled")
def start_scheduled(*, integration_id: int, kind: str, **kwargs: Any) -> None:
    """Start an account's run by its schedule; an account that does not work is left alone."""
    from syncs.operations.schedule import start_scheduled as operation

    operation(integration_id=integration_id, kind=kind)
