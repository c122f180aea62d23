"""What offers do when something lower in the house changed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import publish, subscribe
from offers.enums import PushCause
from offers.operations import relink_for_products, request_push, resume_pushes
from offers.queries import (
    accounts_with_unread_offers,
    linked_offer_ids,
    offers_back_in_our_hands,
    offers_selling,
)


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("product.changed", "offers.relink", relink)
    subscribe("product.changed", "offers.push_products", push_products)
    subscribe("stock.changed", "offers.push_stock", push_stock)
    subscribe("offer.linked", "offers.push_linked", push_linked)
    subscribe("offer.changed", "offers.push_returned", push_returned)
    subscribe("integration.stock_settings_changed", "offers.push_account", push_account)
    subscribe("stock.writes_resumed", "offers.push_resumed", push_resumed)


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


def push_stock(message: OutboxMessage) -> None:
    """Offers that sell these products, in whatever account, are to show the new stock."""
    _push(message, offers_selling(product_ids=_ids(message, "product_ids")), PushCause.STOCK)


def push_products(message: OutboxMessage) -> None:
    """A product tracked again, or synced again, makes the stock of its offers ours to say."""
    offers = offers_back_in_our_hands(product_ids=_ids(message, "product_ids"))
    _push(message, offers, PushCause.PRODUCT)


def push_linked(message: OutboxMessage) -> None:
    """What was linked now follows our stock."""
    _push(message, _ids(message, "offer_ids"), PushCause.LINK)


def push_returned(message: OutboxMessage) -> None:
    """Offers that were ended or drafts when we looked last, and are on sale now."""
    offers = offers_back_in_our_hands(offer_ids=_ids(message, "offer_ids"))
    _push(message, offers, PushCause.LINK)


def push_account(message: OutboxMessage) -> None:
    """Another buffer, policy or switch: every linked offer of the account is looked at, by and by."""
    offers = linked_offer_ids(integration_id=message.payload["integration_id"])
    _push(message, offers, PushCause.SETTINGS, urgent=False)


def push_resumed(message: OutboxMessage) -> None:
    """Stock may be written again: what waited for that is due."""
    resume_pushes(organization_id=message.organization_id, now=timezone.now())


def _push(
    message: OutboxMessage, offer_ids: list[int], cause: PushCause, *, urgent: bool = True
) -> None:
    if message.organization_id is not None:
        request_push(
            organization_id=message.organization_id,
            offer_ids=offer_ids,
            reason=cause,
            actor=None,
            now=timezone.now(),
            urgent=urgent,
        )


def _ids(message: OutboxMessage, name: str) -> list[int]:
    found: list[int] = message.payload.get(name, [])
    return found
