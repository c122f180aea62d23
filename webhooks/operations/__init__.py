"""Every write to the inbox: reading journals, receiving posts, processing, replay."""

from __future__ import annotations

from webhooks.operations.bulk_replay import (
    NothingSelected,
    replayable,
    resume_replays,
    run_replays,
    start_replay,
)
from webhooks.operations.draining import drain_orders
from webhooks.operations.endpoints import (
    create_endpoint,
    rotate_endpoint,
    set_endpoint_active,
)
from webhooks.operations.forgetting import forget_old
from webhooks.operations.polling import bootstrap_cursor, poll_orders, read_to_head
from webhooks.operations.polling_offers import poll_offers
from webhooks.operations.polling_returns import poll_returns
from webhooks.operations.processing import process_changes, process_inbox
from webhooks.operations.receiving import Receipt, receive
from webhooks.operations.replaying import EventBusy, replay_events, retry_event
from webhooks.operations.watching import find_lost_events, watch_journals

__all__ = [
    "EventBusy",
    "NothingSelected",
    "Receipt",
    "bootstrap_cursor",
    "create_endpoint",
    "drain_orders",
    "find_lost_events",
    "forget_old",
    "poll_offers",
    "poll_orders",
    "poll_returns",
    "process_changes",
    "process_inbox",
    "read_to_head",
    "receive",
    "replay_events",
    "replayable",
    "resume_replays",
    "retry_event",
    "rotate_endpoint",
    "run_replays",
    "set_endpoint_active",
    "start_replay",
    "watch_journals",
]
