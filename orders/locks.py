from __future__ import annotations

from django.db import connection

# The first half of the advisory key: recording the orders of an account (the second half).
RECORDING = 720_101


def lock_account_orders(*, integration_id: int) -> None:
    """Let one transaction at a time record orders of an account.

    Forms of one account take lines from each other when Allegro merges them; one recorder at a time
    needs no order of row locks. Recording is short and does no network.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECORDING, integration_id])
