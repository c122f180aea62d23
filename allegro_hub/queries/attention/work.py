"""Work that stopped, and what a person was told and has not read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from allegro_hub.queries.attention.entries import entry
from core.enums import WorkState
from imports.models import ImportJob
from notifications.enums import Event
from notifications.models import Notification
from orders.queries.writes import stuck_writes
from syncs.models import SyncRun
from syncs.queries.plans.brakes import braked_runs
from webhooks.models import InboundEvent

STUCK = [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]
RECENT = timedelta(days=14)
COUNTED = [
    Event.ORDER_STOP,
    Event.STOCK_SHORT,
    Event.STOCK_PARKED,
    Event.STOCK_BRAKE,
    Event.SYNC_BRAKE,
]


def of_work(organization: Organization, now: datetime) -> list[dict[str, Any]]:
    """Durable work that stopped; each kind with how many rows, counted up to a hundred."""
    stuck = [
        (
            InboundEvent.objects.for_organization(organization).filter(state__in=STUCK),
            _("Events that could not be processed"),
            reverse("webhooks:events") + "?state=failed",
        ),
        (
            stuck_writes(organization=organization),
            _("Changes of orders that are not done at Allegro"),
            reverse("orders:writes"),
        ),
        (
            ImportJob.objects.for_organization(organization).filter(state__in=STUCK),
            _("Imports that stopped"),
            reverse("imports:list"),
        ),
        (
            SyncRun.objects.for_organization(organization)
            .filter(state__in=STUCK, requested_at__gte=now - RECENT)
            .exclude(pk__in=braked_runs(organization=organization)),
            _("Syncs that stopped"),
            reverse("syncs:list"),
        ),
    ]
    return [
        entry(
            "warn",
            f"{title}: {count}",
            _("Each one says why, and can be tried again."),
            _("Open"),
            url,
            "warn",
        )
        for queryset, title, url in stuck
        if (count := queryset.values("pk")[:100].count())
    ]


def of_notices(organization: Organization, user: User) -> list[dict[str, Any]]:
    """The newest unread warnings that nothing else on the page counts."""
    notices = (
        Notification.objects.for_organization(organization)
        .filter(user=user, read_at=None)
        .exclude(event__startswith="integration.")
        # Counted in their own rooms, with what they are about.
        .exclude(event__in=COUNTED)
        .exclude(dedupe_key__startswith="discrepancy.run:")  # counted as long as they are open
        .exclude(event=Event.ORDER_WRITE_FAILED, dedupe_key__startswith="order-write:")
        .exclude(severity="info")
        .order_by("-pk")[:5]
    )
    return [
        entry(
            notice.severity,
            notice.title,
            notice.body,
            _("Open"),
            notice.link or reverse("notifications:list"),
            "bell",
        )
        for notice in notices
    ]
