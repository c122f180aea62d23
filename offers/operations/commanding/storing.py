"""Commands are written down before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from core.enums import WorkState
from offers.enums import PushReason
from offers.models import OfferPush, StockCommand, StockCommandItem
from offers.planning import Write
from settings_app.models import Integration

# Seconds usually, up to an hour (allegro-api#3696); after that what is shown decides.
PATIENCE = timedelta(hours=1)
LEASE = timedelta(minutes=2)


@transaction.atomic
def store(
    *,
    integration: Integration,
    writes: Sequence[Write],
    shown: Mapping[int, int],
    pushes: Mapping[int, OfferPush],
    now: datetime,
) -> list[StockCommand]:
    """Write down what is about to be sent, and let each offer's push wait for it."""
    commands = StockCommand.objects.bulk_create(
        StockCommand(
            organization_id=integration.organization_id,
            integration=integration,
            kind=write.kind,
            created_at=now,
            next_attempt_at=now + LEASE,
        )
        for write in writes
    )
    items = [
        StockCommandItem(
            organization_id=integration.organization_id,
            command=command,
            offer_id=wish.offer_id,
            value=wish.value,
            shown_before=shown.get(wish.offer_id),
        )
        for command, write in zip(commands, writes, strict=True)
        for wish in write.wishes
    ]
    StockCommandItem.objects.bulk_create(items)
    for item in items:
        push = pushes[item.offer_id]
        push.command, push.target, push.shown = item.command, item.value, item.shown_before
        push.state, push.reason, push.claimed_until = WorkState.PENDING, PushReason.COMMAND, None
        push.next_attempt_at = now + PATIENCE + LEASE
        # From this number on, the next fall that nothing explains is waited for anew.
        push.unexplained_since = None
    OfferPush.objects.bulk_update(
        (pushes[item.offer_id] for item in items),
        [
            "command", "target", "shown", "state", "reason", "claimed_until", "next_attempt_at",
            "unexplained_since",
        ],
        batch_size=500,
    )  # fmt: skip
    return commands
