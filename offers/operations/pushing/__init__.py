"""Sending an account's stock to Allegro: one worker per account, the fewest calls, nothing in doubt."""

from __future__ import annotations

from offers.operations.pushing.account import push_account
from offers.operations.pushing.claiming import LEASE, LOOK_AFTER, hint_due_accounts

__all__ = ["LEASE", "LOOK_AFTER", "hint_due_accounts", "push_account"]
