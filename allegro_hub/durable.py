"""All kinds of durable work together, for health and metrics."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db.models import Count, Min

from core.work import DurableWork, due


def kinds() -> list[type[DurableWork]]:
    """Every concrete kind of durable work in the product."""
    return [model for model in apps.get_models() if issubclass(model, DurableWork)]


def oldest_due(*, now: datetime) -> datetime | None:
    """Since when the longest-waiting due row waits; None when nothing is due."""
    ages = [
        due(kind._default_manager.all(), now=now).aggregate(oldest=Min("next_attempt_at"))["oldest"]
        for kind in kinds()
    ]
    return min((age for age in ages if age is not None), default=None)


def counts_by_state(kind: type[DurableWork]) -> dict[str, int]:
    """How many rows of a kind are in each state that is not DONE."""
    rows = (
        kind._default_manager.exclude(state="DONE").values("state").annotate(count=Count("pk"))
    ).order_by()
    return {row["state"]: row["count"] for row in rows}
