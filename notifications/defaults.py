"""How people hear of an event before they have said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.conf import settings

from notifications.enums import DigestRhythm, Event, MailWay, Severity

DIGEST_RHYTHM = DigestRhythm.DAILY
DIGEST_AT = time(8, 0)
WAY_OF = {
    Severity.DANGER: MailWay.NOW,
    Severity.WARNING: MailWay.DIGEST,
    Severity.INFO: MailWay.NEVER,
}
# The severity an event mostly has: what the page of preferences shows as its default.
USUAL = {
    Event.INTEGRATION_NEEDS_REAUTH: Severity.DANGER,
    Event.INTEGRATION_DISABLED: Severity.DANGER,
    Event.ORDER_CREATED: Severity.INFO,
    Event.ORDER_UPDATED: Severity.INFO,
    Event.ORDER_STOP: Severity.DANGER,
    Event.ORDER_WRITE_FAILED: Severity.WARNING,
    Event.RETURN_OPENED: Severity.WARNING,
    Event.REFUND_FAILED: Severity.DANGER,
    Event.STOCK_SHORT: Severity.WARNING,
    Event.STOCK_LOW: Severity.WARNING,
    Event.STOCK_PARKED: Severity.WARNING,
    Event.VALUES_PARKED: Severity.WARNING,
    Event.STOCK_BRAKE: Severity.DANGER,
    Event.SYNC_BRAKE: Severity.DANGER,
    Event.CONFLICT_FOUND: Severity.WARNING,
    Event.DISCREPANCY_FOUND: Severity.WARNING,
    Event.WORK_DEAD: Severity.DANGER,
    Event.JOURNAL_SILENT: Severity.DANGER,
    Event.IMPORT_FINISHED: Severity.INFO,
    Event.IMPORT_HELD: Severity.WARNING,
    Event.FEED_FAILED: Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a notice stands in the product, and when it is mailed."""

    in_app: bool
    mail: MailWay


SILENT = Choice(in_app=False, mail=MailWay.NEVER)


def default_choice(event: Event, severity: Severity | None = None) -> Choice:
    """In the product always; by mail at once what one must act on, in the summary what one should see.

    What this installation switched off (``NOTIFICATION_ORDER_CREATED=false`` and the like) is silent.
    """
    if event in settings.NOTIFICATIONS_OFF:
        return SILENT
    return Choice(in_app=True, mail=WAY_OF[severity or USUAL[event]])
