"""Telling the workers to look for due work: after commit, once for all that comes until they look."""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction

log = structlog.get_logger(__name__)

# A hint that was lost blocks the next one no longer than this; beat looks every few seconds anyway.
SECONDS = 5


def hint(task: Any, **kwargs: Any) -> None:
    """Have ``task`` run after this transaction commits, unless one like it waits to run already.

    Never raises: the work lies in PostgreSQL and beat finds it, so a broker that is away may delay
    what was written, and must not make it look refused.
    """

    transaction.on_commit(lambda: _send(task, kwargs), robust=True)


class Hinter:
    """Hints for what is stored hundreds of times a second: at most five a second from this process.

    A thread of its own sends them, so that who stores waits for no broker; the last one is never left
    out. For work that is committed already.
    """

    PAUSE = 0.2

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._started = threading.Lock()

    def wake(self, task: Any) -> None:
        """Have ``task`` run soon; the same task every time. Never raises and never waits."""
        self._wanted.set()
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._run, args=(task,), daemon=True, name="hinter").start()

    def _run(self, task: Any) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                _send(task, {})
            except Exception as error:  # noqa: BLE001 -- beat looks every few seconds anyway
                log.warning("hint not sent", error_type=type(error).__name__)
            time.sleep(self.PAUSE)


def _send(task: Any, kwargs: dict[str, Any]) -> None:
    if cache.add(_flag(task.name, kwargs), 1, timeout=SECONDS):
        task.delay(**kwargs)


def hint_taken(task: Any, **kwargs: Any) -> None:
    """The task looks now: what arrives from here on is worth a new hint. Called first in its body."""
    cache.delete(_flag(task.name, kwargs))


def _flag(name: str, kwargs: dict[str, Any]) -> str:
    return ":".join(["hint", name, *(f"{key}={value}" for key, value in sorted(kwargs.items()))])
