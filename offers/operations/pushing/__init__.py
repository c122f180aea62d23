"""Sending an account's stock to Allegro: one worker per account, the fewest calls, nothing in doubt."""

from __future__ import annotations

from offers.operations.commanding.worker import LEASE, LOOK_AFTER
from offers.operations.pushing.account import hint_due_accounts, push_account

__all__ = ["LEASE", "LOOK_AFTER", "hint_due_accounts", "push_account"]
