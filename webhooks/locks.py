from __future__ import annotations

from contextlib import AbstractContextManager

from core.locks import session_lock
from webhooks.enums import Journal

POLLING = {Journal.ORDERS: 720_102, Journal.OFFERS: 720_112, Journal.RETURNS: 720_113}


def journal_reader(
    *, integration_id: int, journal: Journal = Journal.ORDERS
) -> AbstractContextManager[bool]:
    """Whether this process is the one reader of the account's journal; it is until the block ends.

    Should the connection be lost in the middle, the compare-and-set of the cursor still keeps two
    readers apart. Each journal has a reader of its own: a flood of offer events delays no order.
    """
    return session_lock(space=POLLING[journal], number=integration_id)
