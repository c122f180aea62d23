"""What makes runs start without a person or a clock."""

from __future__ import annotations

from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import subscribe
from syncs.enums import SyncKind, SyncTrigger
from syncs.operations import PULLS
from syncs.operations.plans.settling import settle_values
from syncs.operations.schedule import start_for_message


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("integration.connected", "syncs.start_on_connect", on_connected)
    subscribe("integration.sync_requested", "syncs.start_on_request", on_requested)
    subscribe("offer.values_settled", "syncs.settle_values", on_values_settled)


def on_connected(message: OutboxMessage) -> None:
    """A connected account brings its offers and orders."""
    start_for_message(
        integration_id=message.payload["integration_id"],
        kinds=PULLS,
        trigger=SyncTrigger.CONNECT,
        sent_at=message.created_at,
    )


def on_requested(message: OutboxMessage) -> None:
    """A lower part of the house needs Allegro read again: one ``kind``, or everything."""
    kind, actor_id = message.payload.get("kind"), message.payload.get("actor_id")
    start_for_message(
        integration_id=message.payload["integration_id"],
        kinds=[SyncKind(kind)] if kind else PULLS,
        trigger=SyncTrigger.PERSON if actor_id else SyncTrigger.SCHEDULE,
        actor_id=actor_id,
        sent_at=message.created_at,
    )


def on_values_settled(message: OutboxMessage) -> None:
    """Values on their way to Allegro came to an end: plans and conflicts learn of it."""
    settle_values(
        integration_id=message.payload["integration_id"],
        fields={(one["offer_id"], one["field"]) for one in message.payload["results"]},
        now=timezone.now(),
    )
