"""Writes to offers are kept for a season, then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from core.enums import WorkState
from offers.enums import WriteKind
from offers.models import StockCommand, ValueCommand

KEEP = timedelta(days=90)
BATCH = 1000


def forget_commands(*, now: datetime) -> int:
    """Delete settled commands past their time, in small batches; returns how many.

    Those that ended offers stay: they tell that an offer was ended by us, and may be put on sale again.
    """
    past = {"state": WorkState.DONE, "completed_at__lt": now - KEEP}
    of_stock = _forget(StockCommand.objects.filter(**past).exclude(kind=WriteKind.END))
    return of_stock + _forget(ValueCommand.objects.filter(**past))


def _forget(old: QuerySet[Any]) -> int:
    total = 0
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        old.model._default_manager.filter(pk__in=pks).delete()
        total += len(pks)
    return total
