"""Noticing what nobody tells of: journals that stand still, and events that never came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.enums import Event, Severity
from notifications.models import Notification
from notifications.operations import notify, settle
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.health import silent_orders
from webhooks.models import JournalCursor

READY = "READY_FOR_PROCESSING"
# An event may come hours late (allegro-api#4872), but a sweep that saw the order first is no loss yet.
GRACE = timedelta(minutes=30)
LOOKED_AT = timedelta(days=3)
PATIENCE_SECONDS = 120

_FIND_LOST = """
    INSERT INTO webhooks_lostevent (organization_id, integration_id, order_id, event_type, found_at)
    SELECT o.organization_id, o.integration_id, o.id, %(ready)s, %(now)s
      FROM webhooks_journalcursor c
      JOIN orders_order o ON o.integration_id = c.integration_id
     WHERE c.journal = 'ORDERS' AND c.last_read_at > %(now)s - interval '10 minutes'
       AND o.bought_at >= greatest(c.started_at, %(since)s)
       AND o.status = %(ready)s AND o.ready_at < %(until)s AND o.received_at < %(until)s
       AND NOT EXISTS (
           SELECT 1 FROM webhooks_inboundevent e
            WHERE e.integration_id = o.integration_id AND e.checkout_form_id = o.checkout_form_id
              AND e.source = 'ORDER_JOURNAL' AND e.event_type = %(ready)s)
        ON CONFLICT DO NOTHING
"""
_FIND_LATE = """
    UPDATE webhooks_lostevent lost SET came_at = e.received_at
      FROM orders_order o
      JOIN webhooks_inboundevent e
        ON e.integration_id = o.integration_id AND e.checkout_form_id = o.checkout_form_id
     WHERE lost.came_at IS NULL AND lost.found_at > %(since)s AND o.id = lost.order_id
       AND e.source = 'ORDER_JOURNAL' AND e.event_type = lost.event_type
"""


def watch_journals(*, now: datetime) -> int:
    """Tell the members of accounts whose order journal stands still; returns how many accounts those are.

    One notice an account while it lasts, taken back when the journal is read again. Told only when it
    lasts two minutes more: an account that was resumed is read within one.
    """
    accounts = list(Integration.objects.filter(state=IntegrationState.CONNECTED))
    silent = silent_orders(integrations=accounts, now=now)
    for account in silent:
        if _lasts(account, now):
            _tell_silent(account, now)
    _settle_others(accounts, {account.pk for account in silent}, now)
    return len(silent)


def _tell_silent(account: Integration, now: datetime) -> None:
    notify(
        organization_id=account.organization_id,
        event=Event.JOURNAL_SILENT,
        severity=Severity.DANGER,
        title=lambda: _("Orders of %(account)s have stopped arriving") % {"account": account.label},
        body=lambda: _(
            "Allegro's order journal was not read for ten minutes. Nothing is lost: it is read on"
            " from where it stopped. If this lasts, the workers of this installation stand still"
            " or Allegro is out of order."
        ),
        link=reverse("webhooks:events"),
        dedupe_key=silence_key(account.pk),
        now=now,
    )


def _lasts(account: Integration, now: datetime) -> bool:
    # A flushed cache delays the notice by those two minutes and no more.
    seen = cache.get_or_set(silence_key(account.pk), now.timestamp(), timeout=900)
    return now.timestamp() - float(seen or now.timestamp()) >= PATIENCE_SECONDS


def find_lost_events(*, now: datetime) -> int:
    """Note orders that are ready although no event said so; returns how many were new.

    Only orders bought since their journal is read, and only while it is. Events that came after all
    are noted as late. Two statements, however many orders there are.
    """
    JournalCursor.objects.filter(started_at=None).update(started_at=now)
    values: dict[str, str | datetime] = {
        "ready": READY, "now": now, "since": now - LOOKED_AT, "until": now - GRACE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIND_LATE, values)
        cursor.execute(_FIND_LOST, values)
        return int(cursor.rowcount)


def silence_key(integration_id: int) -> str:
    """What keeps the notices of one silent account together."""
    return f"journal:{integration_id}:silent"


def _settle_others(accounts: Iterable[Integration], silent: set[int], now: datetime) -> None:
    told = set(
        Notification.objects.filter(event=Event.JOURNAL_SILENT, read_at=None).values_list(
            "dedupe_key", flat=True
        )
    )
    for account in accounts:
        if account.pk in silent:
            continue
        if silence_key(account.pk) in told:
            settle(
                organization_id=account.organization_id, dedupe_key=silence_key(account.pk), now=now
            )
