"""Notices that were read, or whose cause is over."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from notifications.models import Notification


def mark_read(*, user: User, organization_id: int, now: datetime, pk: int | None = None) -> int:
    """Mark one notice or all of a person's notices in an organization as read; returns how many."""
    unread = Notification.objects.filter(user=user, organization_id=organization_id, read_at=None)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return int(unread.update(read_at=now))


def settle(*, organization_id: int, dedupe_key: str, now: datetime) -> int:
    """Mark the notices of a cause as read for everybody, because it is over; none is mailed any more."""
    return int(
        Notification.objects.filter(
            organization_id=organization_id, dedupe_key=dedupe_key, read_at=None
        ).update(read_at=now, mail_due_at=None)
    )
