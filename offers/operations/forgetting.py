"""Writes of stock are kept for a season, then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.enums import WorkState
from offers.enums import WriteKind
from offers.models import StockCommand

KEEP = timedelta(days=90)
BATCH = 1000


def forget_commands(*, now: datetime) -> int:
    """Delete settled commands past their time, in small batches; returns how many.

    Those that ended offers stay: they tell that an offer was ended by us, and may be put on sale again.
    """
    old = StockCommand.objects.filter(state=WorkState.DONE, completed_at__lt=now - KEEP).exclude(
        kind=WriteKind.END
    )
    total = 0
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        StockCommand.objects.filter(pk__in=pks).delete()
        total += len(pks)
    return total
