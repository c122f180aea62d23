"""Commands are written down before anything is sent."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core.bulk import update_rows
from core.enums import WorkState
from offers.enums import PushReason, WriteKind
from offers.operations.commanding.book import Book
from settings_app.models import Integration

# Seconds usually, up to an hour (allegro-api#3696); after that what is shown decides.
PATIENCE = timedelta(hours=1)
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Draft:
    """A command to be stored: its kind, and its items without a command yet."""

    kind: WriteKind
    items: Sequence[Any]


@transaction.atomic
def store(
    book: Book,
    *,
    integration: Integration,
    drafts: Sequence[Draft],
    pushes: Mapping[Hashable, Any],
    now: datetime,
) -> list[Any]:
    """Write down what is about to be sent, and let each item's push wait for it."""
    commands: list[Any] = book.commands.objects.bulk_create(
        book.commands(
            organization_id=integration.organization_id,
            integration=integration,
            kind=draft.kind,
            created_at=now,
            next_attempt_at=now + LEASE,
        )
        for draft in drafts
    )
    items = []
    for command, draft in zip(commands, drafts, strict=True):
        for item in draft.items:
            item.organization_id, item.command = integration.organization_id, command
            items.append(item)
    book.items.objects.bulk_create(items)
    for item in items:
        push = pushes[book.key(item)]
        book.wait_for(push, item)
        push.command, push.reason = item.command, PushReason.COMMAND
        push.state, push.claimed_until = WorkState.PENDING, None
        push.next_attempt_at = now + PATIENCE + LEASE
    update_rows(
        [pushes[book.key(item)] for item in items],
        ["command_id", "reason", "state", "claimed_until", "next_attempt_at", *book.waiting],
    )
    return commands
