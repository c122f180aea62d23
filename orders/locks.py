from __future__ import annotations

from django.db import connection

from orders.models import Order

# The first half of the advisory key: recording the orders of an account (the second half).
RECORDING = 720_101


def lock_account_orders(*, integration_id: int) -> None:
    """Let one transaction at a time record orders of an account.

    Forms of one account take lines from each other when Allegro merges them; one recorder at a time
    needs no order of row locks. Recording is short and does no network.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECORDING, integration_id])


def lock_order(*, order_id: int) -> None:
    """Let one person's wish about an order be written down at a time; no other row is locked before.

    Rows that refer to the order can still be inserted (``FOR NO KEY UPDATE``).
    """
    list(Order.objects.select_for_update(no_key=True).filter(pk=order_id).values_list("pk"))
