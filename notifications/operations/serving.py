"""Passing notices on to the operator's own notification service, if there is one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from connectors.signed_post import post_notice
from core.hints import hint
from core.work import DrainReport, drain
from notifications.models import Notification, ServiceDelivery
from notifications.operations.retrying import try_again

LEASE = timedelta(minutes=2)


def pass_on(*, notice: Notification, now: datetime, more: int = 1) -> None:
    """Write what the service is to be told of a notice, once for the organization.

    The words are those of the notice, which carry no buyer's data; no person is named.
    """
    if not settings.NOTIFICATION_SERVICE_URL:
        return
    ServiceDelivery.objects.create(
        organization_id=notice.organization_id,
        event=notice.event,
        created_at=now,
        payload={
            "event": notice.event,
            "severity": notice.severity,
            "organizationId": notice.organization_id,
            "title": notice.title,
            "body": notice.body,
            "url": f"{settings.HUB_BASE_URL}{notice.link}" if notice.link else "",
            "count": more,
            "occurredAt": now.isoformat(),
        },
    )
    from notifications.tasks import deliver_to_service_task

    hint(deliver_to_service_task)


def deliver_to_service(*, seconds: float = 20.0) -> DrainReport:
    """POST what is due; nothing is done while no service is set, and nothing is lost by that."""
    if not settings.NOTIFICATION_SERVICE_URL:
        return DrainReport()
    return drain(ServiceDelivery.objects.all(), _deliver, limit=20, lease=LEASE, seconds=seconds)


def retry_deliveries(*, deliveries: QuerySet[ServiceDelivery], actor: User, now: datetime) -> int:
    """Make deliveries due again, from the first try; the service tells repetitions by their id."""
    from notifications.tasks import deliver_to_service_task

    return try_again(
        rows=deliveries,
        action="service_delivery.retried",
        task=deliver_to_service_task,
        actor=actor,
        now=now,
    )


def _deliver(delivery: ServiceDelivery) -> None:
    post_notice(
        url=settings.NOTIFICATION_SERVICE_URL,
        secret=settings.NOTIFICATION_SERVICE_SECRET,
        user_agent=settings.ALLEGRO_USER_AGENT,
        delivery_id=f"notice-{delivery.pk}",
        body=json.dumps({"id": f"notice-{delivery.pk}", **delivery.payload}).encode(),
    )
