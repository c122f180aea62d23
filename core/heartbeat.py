"""Signs of life of the background processes, for the readiness check and the operators."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from core.models import Heartbeat

STALE_AFTER = timedelta(seconds=90)


def beat(name: str) -> None:
    """Record that the process kind ``name`` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def last_beats() -> dict[str, datetime]:
    """When each process kind was last seen."""
    return dict(Heartbeat.objects.values_list("name", "at"))
