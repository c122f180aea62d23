from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="inventory.expire_holds")
def expire_holds(**kwargs: Any) -> None:
    """Let go of what was kept for longer than was agreed."""
    from django.utils import timezone

    from inventory.operations import expire_holds as expire

    expire(now=timezone.now())


@shared_task(name="inventory.post_stocktakes")
def post_stocktakes(**kwargs: Any) -> None:
    """Book the differences of counts; hinted when that is asked for, swept by beat."""
    from core.hints import hint_taken
    from inventory.operations.posting import post_due

    hint_taken(post_stocktakes)
    post_due()


@shared_task(name="inventory.watch_low_stock")
def watch_low_stock(**kwargs: Any) -> None:
    """Look at every organization's stock: what no message told of is noticed here."""
    from django.utils import timezone

    from inventory.operations import watch_all

    watch_all(now=timezone.now())
