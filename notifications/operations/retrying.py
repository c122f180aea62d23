"""Trying again what could not be sent: mails, and notices for the operator's own service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core import audit
from core.hints import hint
from core.work import replay

# So many at a time, the oldest first.
MOST = 500


def try_again(*, rows: QuerySet[Any], action: str, task: Any, actor: User, now: datetime) -> int:
    """Make rows due again from their first try, and hint ``task``; returns how many there were.

    Each is audited as ``action``; one that is being sent at this moment is left to that.
    """
    chosen = list(rows.order_by("pk")[:MOST])
    with transaction.atomic():
        count = replay(rows.model.objects.filter(pk__in=[row.pk for row in chosen]), now=now)
        for row in chosen:
            audit.record_change(action, row, actor, now)
        hint(task)
    return count
