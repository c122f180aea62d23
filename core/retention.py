"""How long technical rows are kept. Business rows (orders, movements, audit) are not touched here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from core.enums import WorkState
from core.models import OutboxMessage, RememberedAnswer

BATCH = 5000
KEEP_ANSWERS = timedelta(days=2)
KEEP_DELIVERED = timedelta(days=14)


def delete_expired() -> int:
    """Delete delivered outbox messages and remembered answers past their time, in small batches."""
    now = timezone.now()
    open_states = [
        WorkState.PENDING,
        WorkState.RUNNING,
        WorkState.DEAD,
        WorkState.WAITING_FOR_PERSON,
    ]
    delivered = OutboxMessage.objects.filter(created_at__lt=now - KEEP_DELIVERED).exclude(
        deliveries__state__in=open_states
    )
    answers = RememberedAnswer.objects.filter(created_at__lt=now - KEEP_ANSWERS)
    return _in_batches(OutboxMessage, delivered) + _in_batches(RememberedAnswer, answers)


def _in_batches(model: type[models.Model], queryset: models.QuerySet[Any]) -> int:
    total = 0
    while pks := list(queryset.values_list("pk", flat=True)[:BATCH]):
        model._default_manager.filter(pk__in=pks).delete()
        total += len(pks)
    return total
