from __future__ import annotations

from datetime import timedelta

from core.outbox import publish
from settings_app.models import Integration

# How long Allegro keeps order events.
KEPT = timedelta(days=60)


def ask_for_rebuild(*, integration: Integration) -> None:
    """Have all orders of the account read from Allegro's list; call it in a transaction."""
    publish(
        topic="integration.sync_requested",
        payload={"integration_id": integration.pk, "kind": "PULL_ORDERS"},
        organization_id=integration.organization_id,
    )
