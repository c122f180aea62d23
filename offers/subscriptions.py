"""What offers do when something lower in the house changed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import publish, subscribe
from offers.operations import relink_for_products
from offers.queries import accounts_with_unread_offers


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("product.changed", "offers.relink", relink)


@transaction.atomic
def relink(message: OutboxMessage) -> None:
    """New or changed products may be what unlinked offers sell.

    When offers are left whose EAN was never read, a sync of their account is asked for: it reads
    them. A run already under way takes the request in.
    """
    organization_id = message.organization_id
    if organization_id is None:
        return
    product_ids = message.payload.get("product_ids", [])
    relink_for_products(
        organization_id=organization_id, product_ids=product_ids, now=timezone.now()
    )
    for integration_id in accounts_with_unread_offers(
        organization_id=organization_id, product_ids=product_ids
    ):
        publish(
            topic="integration.sync_requested",
            payload={"integration_id": integration_id, "kind": "PULL_OFFERS"},
            organization_id=organization_id,
        )
