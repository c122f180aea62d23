from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="orders.drain_writes")
def drain_writes(**kwargs: Any) -> None:
    """Carry out due changes of orders; hinted when one is asked for, swept by beat."""
    from core.hints import hint_taken
    from orders.operations import drain_order_writes

    hint_taken(drain_writes)
    drain_order_writes()
