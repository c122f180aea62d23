"""Every write to the inbox: reading journals, receiving posts, processing, replay."""

from __future__ import annotations

from webhooks.operations.endpoints import (
    create_endpoint,
    rotate_endpoint,
    set_endpoint_active,
)
from webhooks.operations.polling import bootstrap_cursor, poll_orders
from webhooks.operations.processing import process_inbox
from webhooks.operations.receiving import Receipt, receive
from webhooks.operations.replaying import EventBusy, replay_events, retry_event

__all__ = [
    "EventBusy",
    "Receipt",
    "bootstrap_cursor",
    "create_endpoint",
    "poll_orders",
    "process_inbox",
    "receive",
    "replay_events",
    "retry_event",
    "rotate_endpoint",
    "set_endpoint_active",
]
