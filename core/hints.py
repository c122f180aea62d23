"""Telling the workers to look for due work: after commit, once for all that comes until they look."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction

# A hint that was lost blocks the next one no longer than this; beat looks every few seconds anyway.
SECONDS = 5


def hint(task: Any, **kwargs: Any) -> None:
    """Have ``task`` run after this transaction commits, unless one like it waits to run already.

    Never raises: the work lies in PostgreSQL and beat finds it, so a broker that is away may delay
    what was written, and must not make it look refused.
    """

    def send() -> None:
        if cache.add(_flag(task.name, kwargs), 1, timeout=SECONDS):
            task.delay(**kwargs)

    transaction.on_commit(send, robust=True)


def hint_taken(task: Any, **kwargs: Any) -> None:
    """The task looks now: what arrives from here on is worth a new hint. Called first in its body."""
    cache.delete(_flag(task.name, kwargs))


def _flag(name: str, kwargs: dict[str, Any]) -> str:
    return ":".join(["hint", name, *(f"{key}={value}" for key, value in sorted(kwargs.items()))])
