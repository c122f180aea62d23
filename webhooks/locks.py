from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# The first half of the advisory key: reading the journals of an account (the second half).
POLLING = 720_102


@contextmanager
def journal_reader(*, integration_id: int) -> Iterator[bool]:
    """Whether this process is the one reader of the account's journals; it is until the block ends.

    Held by the connection and not by a transaction, because network calls happen under it. A killed
    process lets go of it with its connection. Should the connection be lost in the middle, the
    compare-and-set of the cursor still keeps two readers apart.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [POLLING, integration_id])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [POLLING, integration_id])
