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


@shared_task(name="orders.renew_carriers")
def renew_carriers(**kwargs: Any) -> None:
    """Read Allegro's carriers where the list is older than a day."""
    from django.utils import timezone

    from core.hints import hint_taken
    from orders.operations import renew_carriers as renew

    hint_taken(renew_carriers)
    renew(now=timezone.now())


@shared_task(name="orders.follow_claims")
def follow_claims(**kwargs: Any) -> None:
    """Read commission claims that are not decided yet."""
    from django.utils import timezone

    from orders.operations import follow_claims as follow

    follow(now=timezone.now())
