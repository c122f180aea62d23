"""Old notices and what was sent of them are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from core.enums import WorkState
from notifications.models import Mail, Notification, ServiceDelivery, Tally

BATCH = 5000
KEEP_READ = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)
KEEP_SENT = timedelta(days=30)
# Longer than an outbox message can be delivered again.
KEEP_COUNTED = timedelta(days=21)


def forget_old(*, now: datetime) -> int:
    """Delete what is past its time, in small batches; returns how many rows. Unsent mails stay."""
    done = {"state": WorkState.DONE, "created_at__lt": now - KEEP_SENT}
    return sum(
        _delete(rows)
        for rows in (
            Notification.objects.filter(read_at__lt=now - KEEP_READ),
            Notification.objects.filter(read_at=None, last_at__lt=now - KEEP_UNREAD),
            Mail.objects.filter(**done),
            ServiceDelivery.objects.filter(**done),
            Tally.objects.filter(counted_at__lt=now - KEEP_COUNTED),
        )
    )


def _delete(rows: QuerySet[Any]) -> int:
    total = 0
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        total += len(pks)
        rows.model._default_manager.filter(pk__in=pks).delete()
    return total
