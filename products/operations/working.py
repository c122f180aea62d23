"""Durable work on the catalogue: hinting at it, and trying again what is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.enums import WorkState
from core.hints import hint
from core.work import replay

if TYPE_CHECKING:
    from accounts.models import User

STUCK = (WorkState.DEAD, WorkState.WAITING_FOR_PERSON)


def hint_work() -> None:
    """Have a worker look for bulk edits and changed rules after this transaction."""
    from products.tasks import run_due

    hint(run_due)


def try_again(*, work: QuerySet[Any], actor: User | None, now: datetime) -> int:
    """Make what is stuck due again, from where it stopped; returns how many. Audited."""
    with transaction.atomic():
        stuck = list(work.filter(state__in=STUCK).select_for_update(of=("self",)).order_by("pk"))
        for one in stuck:
            audit.record_change("work.retried", one, actor, now, {"state": one.state}, {})
        count = replay(work.filter(pk__in=[one.pk for one in stuck]), now=now)
        if count:
            hint_work()
    return count
