"""Creating offers from products: asked for, sent once, followed to the result, written down."""

from __future__ import annotations

from offers.operations.publishing.requesting import (
    AT_MOST,
    CannotPublish,
    NothingToPublish,
    TooMany,
    cancel_publications,
    refuse_stopped,
    request_copies,
    request_publications,
    retry_publications,
)
from offers.operations.publishing.working import hint_due_publishers, publish_account

__all__ = [
    "AT_MOST",
    "CannotPublish",
    "NothingToPublish",
    "TooMany",
    "cancel_publications",
    "hint_due_publishers",
    "publish_account",
    "refuse_stopped",
    "request_copies",
    "request_publications",
    "retry_publications",
]
