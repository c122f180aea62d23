from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="core.deliver_outbox")  # type: ignore[untyped-decorator]
def deliver_outbox(**kwargs: Any) -> None:
    """Deliver due outbox messages; hinted after each publish, swept by beat."""
    from core.hints import hint_taken
    from core.outbox import deliver_due

    hint_taken(deliver_outbox)
    deliver_due()


@shared_task(name="core.beat_heartbeat")  # type: ignore[untyped-decorator]
def beat_heartbeat(**kwargs: Any) -> None:
    """Sent by beat, run by a worker: proves that both live."""
    from core.heartbeat import beat

    beat("worker")
    beat("beat")


@shared_task(name="core.clean_up")  # type: ignore[untyped-decorator]
def clean_up(**kwargs: Any) -> None:
    """Delete what is past its keeping time; runs daily at 2."""
    from core.retention import delete_expired

    delete_expired()
