"""What the inbox does when others tell of news. Handlers are idempotent."""

from __future__ import annotations

from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import subscribe


def subscribe_all() -> None:
    """Register the handlers; their names are stored with messages and never change."""
    subscribe("integration.connected", "webhooks.bootstrap_cursor", bootstrap)


def drain_before_stock_is_written() -> None:
    """Have the order journal read to its head before stock goes out (``offers`` lies below us)."""
    from offers import draining
    from webhooks.operations.draining import drain_orders

    draining.register(drain_orders)


def bootstrap(message: OutboxMessage) -> None:
    """A connected account gets its cursor at once, before its orders are read."""
    from settings_app.connection import allegro_client
    from settings_app.models import Integration
    from webhooks.operations import bootstrap_cursor

    integration = Integration.objects.filter(pk=message.payload["integration_id"]).first()
    if integration is not None:
        with allegro_client(integration=integration) as client:
            bootstrap_cursor(integration=integration, client=client, now=timezone.now())
