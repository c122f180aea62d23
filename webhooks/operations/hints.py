from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

FLAG = "webhooks:inbox-hinted"
# A hint that was lost blocks the next one no longer than this; beat looks every ten seconds anyway.
SECONDS = 5


def hint_inbox() -> None:
    """Have a worker look at the inbox after commit, one hint for all that comes until it looks.

    Never raises: what is stored is found by beat, hinted or not.
    """
    transaction.on_commit(_send, robust=True)


def hint_taken() -> None:
    """A worker is looking now: the next arrival is worth a new hint."""
    cache.delete(FLAG)


def _send() -> None:
    from webhooks.tasks import process_inbox

    if cache.add(FLAG, 1, timeout=SECONDS):
        process_inbox.delay()
