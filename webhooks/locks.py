from __future__ import annotations

from contextlib import AbstractContextManager

from core.locks import session_lock

POLLING = 720_102


def journal_reader(*, integration_id: int) -> AbstractContextManager[bool]:
    """Whether this process is the one reader of the account's journals; it is until the block ends.

    Should the connection be lost in the middle, the compare-and-set of the cursor still keeps two
    readers apart.
    """
    return session_lock(space=POLLING, number=integration_id)
