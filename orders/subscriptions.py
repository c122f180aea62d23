"""What orders does when others tell of news. Handlers are idempotent."""

from __future__ import annotations

from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import subscribe


def subscribe_all() -> None:
    """Register the handlers; their names are stored with messages and never change."""
    subscribe("offer.linked", "orders.reserve_linked_lines", reserve_linked)


def reserve_linked(message: OutboxMessage) -> None:
    """Offers got products: open orders that waited for them are promised stock now."""
    from orders.operations import reserve_linked_lines

    if message.organization_id is not None:
        reserve_linked_lines(
            organization_id=message.organization_id,
            offer_ids=message.payload.get("offer_ids", []),
            now=timezone.now(),
        )
