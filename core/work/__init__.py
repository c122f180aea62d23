"""Durable work: rows in PostgreSQL that must happen, whatever dies in between.

A row waits as PENDING until ``next_attempt_at``. A worker claims due rows in one statement, which
marks them RUNNING until ``claimed_until``; a claim that ran out (its worker was killed) is due again.
A Celery task is only the hint to look now; beat sweeps what was never hinted.

A row that kills its worker must neither go on for ever nor take its neighbours along: what lost its
worker :data:`~core.work.claiming.SUSPECT_AFTER` times is claimed alone, and given up when the claim of
its sixth attempt ran out.
"""

from __future__ import annotations

from core.work.claiming import claim_due, extend
from core.work.draining import MARK_EVERY, DrainReport, drain
from core.work.fencing import LostClaim, fenced
from core.work.rows import DurableWork, claimed, due, due_index
from core.work.settling import MAX_ATTEMPTS, backoff, fail, finish, postpone, replay

__all__ = [
    "MARK_EVERY",
    "MAX_ATTEMPTS",
    "DrainReport",
    "DurableWork",
    "LostClaim",
    "backoff",
    "claim_due",
    "claimed",
    "drain",
    "due",
    "due_index",
    "extend",
    "fail",
    "fenced",
    "finish",
    "postpone",
    "replay",
]
