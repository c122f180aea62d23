"""One thing that needs a person, as the home page shows it; and how many of them there are."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

# More than this is said as "100+".
ENOUGH = 100


def entry(
    tone: str, title: str, detail: str, action_label: str, action_url: str, icon: str
) -> dict[str, Any]:
    """``tone`` and ``icon`` are those of the design components; the action is one link."""
    return {
        "tone": tone,
        "title": title,
        "detail": detail,
        "action_label": action_label,
        "action_url": action_url,
        "icon": icon,
    }


def some(queryset: QuerySet[Any]) -> int:
    """How many rows, counted to one past :data:`ENOUGH` at most."""
    return int(queryset.order_by().values("pk")[: ENOUGH + 1].count())


def some_label(number: int) -> str:
    return f"{ENOUGH}+" if number > ENOUGH else str(number)
