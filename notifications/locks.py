"""Locks of notices."""

from __future__ import annotations

from django.db import connection

# The space of advisory locks on causes; see core.locks.
CAUSE = 7_301


def lock_cause(*, organization_id: int, dedupe_key: str) -> None:
    """Hold the notices of a cause until the transaction ends, those not written yet included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [CAUSE, f"{organization_id}:{dedupe_key}"],
        )
