"""One id that follows a piece of work from the request through tasks to the calls it makes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

KEY = "correlation_id"


def current_correlation_id() -> str:
    """The id of the work in progress, or an empty text."""
    return str(structlog.contextvars.get_contextvars().get(KEY, ""))


def new_correlation_id() -> str:
    return uuid.uuid4().hex


@contextmanager
def correlated(correlation_id: str = "") -> Iterator[str]:
    """Run the body under ``correlation_id`` (a new one when empty); every log line carries it."""
    chosen = correlation_id or new_correlation_id()
    with structlog.contextvars.bound_contextvars(**{KEY: chosen}):
        yield chosen
