"""Locks that outlive a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def session_lock(*, space: int, number: int) -> Iterator[bool]:
    """Whether this process alone holds ``number`` of ``space`` until the block ends; never waits.

    Held by the database connection and not by a transaction, because long work and network calls
    happen under it. A killed process lets go of it with its connection. ``space`` tells the uses
    apart: each has a constant of its own beside its lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, number])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, number])
