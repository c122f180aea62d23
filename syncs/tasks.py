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


@shared_task(name="syncs.forget_runs")
def forget_runs(*, integration_id: int, **kwargs: Any) -> None:
    """Forget an account's old runs by its schedule; an account that is gone has none."""
    from django.utils import timezone

    from settings_app.models import Integration
    from syncs.operations.forgetting import forget_runs as operation

    account = Integration.objects.filter(pk=integration_id).select_related("organization").first()
    if account is not None:
        operation(integration=account, now=timezone.now())


@shared_task(name="syncs.settle_conflicts")
def settle_conflicts(**kwargs: Any) -> None:
    """End the conflicts whose chosen value Allegro shows by now, or refused; swept by beat."""
    from django.utils import timezone

    from syncs.operations.conflicts import settle_waiting

    settle_waiting(now=timezone.now())
