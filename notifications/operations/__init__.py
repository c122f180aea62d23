"""What notices do: tell people, remember what they read and how they want to hear, mail, pass on."""

from __future__ import annotations

from notifications.operations.mailing import gather_mails, retry_mails, send_mails
from notifications.operations.preferences import set_digest_time, set_preferences
from notifications.operations.pruning import forget_old
from notifications.operations.reading import mark_read, settle
from notifications.operations.serving import deliver_to_service, retry_deliveries
from notifications.operations.tallying import Growing, count_tallies, register_growing, tally
from notifications.operations.telling import notify, tell_more

__all__ = [
    "Growing",
    "count_tallies",
    "deliver_to_service",
    "forget_old",
    "gather_mails",
    "mark_read",
    "notify",
    "register_growing",
    "retry_deliveries",
    "retry_mails",
    "send_mails",
    "set_digest_time",
    "set_preferences",
    "settle",
    "tally",
    "tell_more",
]
