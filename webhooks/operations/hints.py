from __future__ import annotations

from core.hints import hint


def hint_inbox() -> None:
    """Have a worker look at the inbox after this transaction commits."""
    from webhooks.tasks import process_inbox

    hint(process_inbox)
