"""What a person did to a hold is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from core.audit import record_change
from inventory.models import Hold

if TYPE_CHECKING:
    from accounts.models import User


def audit_hold(hold: Hold, *, action: str, actor: User | None, now: datetime) -> None:
    """What a machine did (no ``actor``) is told by the ledger alone."""
    if actor is None:
        return
    after: Mapping[str, object] = {
        "product": hold.product_id,
        "quantity": hold.quantity,
        "state": hold.state,
    }
    record_change(action, hold, actor, now, after=after)
