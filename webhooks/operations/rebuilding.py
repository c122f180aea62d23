from __future__ import annotations

from datetime import timedelta

from core.outbox import publish
from settings_app.models import Integration

# How long Allegro keeps order events, and offer events less an hour for the reading itself.
KEPT = timedelta(days=60)
OFFERS_KEPT = timedelta(hours=23)


def ask_for_rebuild(*, integration: Integration, kind: str = "PULL_ORDERS") -> None:
    """Have all orders, or all offers, of the account read from Allegro's list; call it in a transaction."""
    publish(
        topic="integration.sync_requested",
        payload={"integration_id": integration.pk, "kind": kind},
        organization_id=integration.organization_id,
    )
