"""Durable work: rows drained a second, beside the same rows claimed and marked by plain SQL."""

from __future__ import annotations

from typing import Any

from tests.bench.shop import side_by_side, vacuum
from tests.measures import Result, measure

ROWS = 10_000
BATCH = 100
TOPIC = "bench.nothing"
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM core_outboxdelivery
         WHERE state = 'PENDING' AND next_attempt_at <= now()
         ORDER BY next_attempt_at LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE core_outboxdelivery d SET state = 'RUNNING', attempts = attempts + 1,
           claimed_until = now() + interval '5 minutes'
      FROM due, core_outboxmessage m WHERE d.id = due.id AND m.id = d.message_id
 RETURNING d.id, m.topic, m.payload
"""
MARK = """
    UPDATE core_outboxdelivery SET state = 'DONE', finished_at = now(), claimed_until = NULL
     WHERE id = ANY(%s)
"""


@measure("core: outbox messages delivered, per second")
def outbox_drain() -> Result:
    from core.outbox import deliver_due, subscribe

    delivered: list[int] = []
    subscribe(TOPIC, "bench", lambda message: delivered.append(message.pk))

    def ours() -> None:
        deliver_due(seconds=120)

    def bare() -> None:
        delivered_by_sql()

    def drained() -> tuple[float, float]:
        fill()
        mine, _ = side_by_side(ours, lambda: None, rounds=1)
        fill()
        plain, _ = side_by_side(bare, lambda: None, rounds=1)
        return mine, plain

    rounds = sorted(drained() for _ in range(3))
    assert len(delivered) == 3 * ROWS, f"{len(delivered)} delivered"
    mine, plain = rounds[1]
    # Every row is handed to a handler under a correlation id; bare SQL only moves it.
    return Result(ROWS / mine, ROWS / plain, goal=0.1, unit="/s")


def fill() -> None:
    from django.db import transaction

    from core.outbox import publish_many

    with transaction.atomic():
        payloads: list[tuple[dict[str, Any], int | None]] = [
            ({"number": number}, None) for number in range(ROWS)
        ]
        publish_many(topic=TOPIC, payloads=payloads)
    vacuum()


def delivered_by_sql() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        while True:
            cursor.execute(CLAIM, [BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.execute(MARK, [[row[0] for row in rows]])
