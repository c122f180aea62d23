from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="allegro_hub.settle_dead_work")
def settle_dead_work_task(**kwargs: Any) -> None:
    """Take back notices of dead work that lives again; swept by beat."""
    from django.utils import timezone

    from allegro_hub.dead_letters import settle_dead_work

    settle_dead_work(now=timezone.now())
