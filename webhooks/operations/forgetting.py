"""What the inbox need not keep: events of offers that were answered, and the tries of old events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

# An event of an offer only said "look again", and somebody did.
KEEP_OFFER_EVENTS = timedelta(days=14)
KEEP_TRIES = timedelta(days=60)
BATCH = 5000

# Plain SQL, so that the tries go with their events in one statement and nothing is read into memory.
_OLD_EVENTS = """
    WITH old AS (
        SELECT id FROM webhooks_inboundevent
         WHERE source = 'OFFER_JOURNAL' AND state = 'DONE' AND finished_at < %(before)s
           AND id > %(after)s ORDER BY id LIMIT %(batch)s),
    tries AS (DELETE FROM webhooks_eventattempt WHERE event_id IN (SELECT id FROM old))
    DELETE FROM webhooks_inboundevent WHERE id IN (SELECT id FROM old) RETURNING id
"""
_OLD_TRIES = """
    DELETE FROM webhooks_eventattempt WHERE id IN (
        SELECT id FROM webhooks_eventattempt
         WHERE id > %(after)s AND started_at < %(before)s AND result = 'DONE' ORDER BY id
         LIMIT %(batch)s) RETURNING id
"""


def forget_old(*, now: datetime) -> int:
    """Delete answered offer events and successful tries past their time, in small batches.

    Events of orders and returns stay, and so does every try that failed. Returns how many rows went.
    """
    return _in_batches(_OLD_EVENTS, now - KEEP_OFFER_EVENTS) + _in_batches(
        _OLD_TRIES, now - KEEP_TRIES
    )


def _in_batches(statement: str, before: datetime) -> int:
    total, after = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"before": before, "after": after, "batch": BATCH})
            gone = [int(row[0]) for row in cursor.fetchall()]
        if not gone:
            return total
        total, after = total + len(gone), max(gone)
