"""Commands: stored, sent, followed to their result, and never sent a second time in doubt."""

from __future__ import annotations

from offers.operations.commanding.book import Book
from offers.operations.commanding.following import follow_commands
from offers.operations.commanding.sending import send_all
from offers.operations.commanding.stock import STOCK
from offers.operations.commanding.storing import Draft, store

__all__ = ["STOCK", "Book", "Draft", "follow_commands", "send_all", "store"]
