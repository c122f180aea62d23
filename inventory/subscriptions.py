"""What stock does when others tell of news. Handlers are idempotent."""

from __future__ import annotations

from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import subscribe


def subscribe_all() -> None:
    """Register the handlers; their names are stored with messages and never change."""
    for topic in ("stock.changed", "product.changed"):
        subscribe(topic, "inventory.watch_low_stock", watch_products)
    subscribe("settings.changed", "inventory.watch_all_low_stock", watch_everything)


def watch_products(message: OutboxMessage) -> None:
    """Stock or products changed: look whether they are low."""
    from inventory.operations import watch_low_stock

    ids = message.payload.get("product_ids", [])
    if message.organization_id is not None and ids:
        watch_low_stock(
            organization_id=message.organization_id, product_ids=ids, now=timezone.now()
        )


def watch_everything(message: OutboxMessage) -> None:
    """The number from which stock counts as low may have changed."""
    from inventory.operations import watch_low_stock

    if message.organization_id is not None:
        watch_low_stock(organization_id=message.organization_id, now=timezone.now())
