from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="inventory.expire_holds")
def expire_holds(**kwargs: Any) -> None:
    """Let go of what was kept for longer than was agreed."""
    from django.utils import timezone

    from inventory.operations import expire_holds as expire

    expire(now=timezone.now())
