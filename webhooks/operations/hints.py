from __future__ import annotations

from core.hints import hint


def hint_inbox() -> None:
    """Have a worker look at the order events of the inbox after this transaction commits."""
    from webhooks.tasks import process_inbox

    hint(process_inbox)


def hint_changes() -> None:
    """The same for events of offers and returns, which go through a lane of their own."""
    from webhooks.tasks import process_changes

    hint(process_changes)
