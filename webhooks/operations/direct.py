"""Storing posts without the framework: a few plain connections of this process, one statement a post.

Django's connections belong to a request and are handed out and taken back with it, which costs more
than the statement. Durable all the same: the statement is its own transaction and has ended before
anybody is answered.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from core.hints import Hinter
from webhooks.models import WebhookEndpoint
from webhooks.operations.receiving import STORE, Address, open_address

# So many posts of this process are stored at the same time; more of them wait for their turn.
CONNECTIONS = 4
WAIT_SECONDS = 5.0
# An address is looked up again after this long. A change in between is noticed by the statement.
REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1000


class Direct:
    """The connections, the remembered addresses and the hints of one process. Safe between threads."""

    def __init__(self) -> None:
        self._places: queue.LifoQueue[psycopg.Connection[Any] | None] = queue.LifoQueue()
        for _number in range(CONNECTIONS):
            self._places.put(None)
        self._addresses: dict[str, tuple[Address, float]] = {}
        self._hinter = Hinter()

    def address(self, public_id: str) -> Address | None:
        """The open endpoint of this id, from memory if it was looked up a short while ago."""
        known = self._addresses.get(public_id)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        try:
            endpoint = WebhookEndpoint.objects.filter(public_id=public_id, active=True).first()
            address = open_address(endpoint) if endpoint is not None else None
        finally:
            connection.close()
        if address is None:
            self._addresses.pop(public_id, None)
            return None
        if len(self._addresses) >= MOST_REMEMBERED:
            self._addresses.clear()
        self._addresses[public_id] = (address, time.monotonic() + REMEMBERED_SECONDS)
        return address

    def forget(self, public_id: str) -> None:
        """Look the address up again next time."""
        self._addresses.pop(public_id, None)

    def close(self) -> None:
        """Close the connections nobody uses at this moment; they are opened again when needed."""
        for _number in range(CONNECTIONS):
            _close(self._places.get(timeout=WAIT_SECONDS))
        for _number in range(CONNECTIONS):
            self._places.put(None)

    def store(self, values: Sequence[Any]) -> bool:
        """Store a post and have it worked on; False when nothing was stored, whatever the reason.

        Repeated once over a new connection when an old one broke: the event's id keeps it from
        being stored twice. Raises psycopg's errors when the database is away.
        """
        place = self._places.get(timeout=WAIT_SECONDS)
        try:
            try:
                place, stored = _executed(place, values)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                _close(place)
                place, stored = _executed(None, values)
        except BaseException:
            _close(place)
            place = None
            raise
        finally:
            self._places.put(place)
        if stored:
            from webhooks.tasks import process_inbox

            self._hinter.wake(process_inbox)
        return stored


def _executed(
    place: psycopg.Connection[Any] | None, values: Sequence[Any]
) -> tuple[psycopg.Connection[Any], bool]:
    opened = place if place is not None else _connect()
    try:
        return opened, opened.execute(STORE, values).fetchone() is not None
    except BaseException:
        if place is None:
            opened.close()
        raise


def _connect() -> psycopg.Connection[Any]:
    params = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    return psycopg.connect(**params, autocommit=True)


def _close(place: psycopg.Connection[Any] | None) -> None:
    if place is not None:
        place.close()
