"""Emergency stops of stock writes: one organization's, and the operator's for everybody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organization, User
from core import audit
from core.outbox import publish
from settings_app.models import Installation, OrganizationSettings
from settings_app.operations.preferences import organization_settings

RESUMED = "stock.writes_resumed"


@transaction.atomic
def stop_organization_stock(
    *, organization: Organization, stopped: bool, actor: User, now: datetime
) -> bool:
    """Stop, or allow again, every stock write of an organization; False when it stood so already.

    A running push looks before each write. What was asked for meanwhile waits and is sent with the
    newest numbers afterwards. Audits; publishes ``stock.writes_resumed`` when allowed again.
    """
    row = organization_settings(organization=organization)
    changed = (
        OrganizationSettings.objects.filter(pk=row.pk)
        .filter(stock_writes_stopped_at__isnull=stopped)
        .update(stock_writes_stopped_at=now if stopped else None)
    )
    if not changed:
        return False
    audit.record(
        action="stock.writes_stopped" if stopped else RESUMED,
        target=row,
        actor=actor,
        organization_id=organization.pk,
        now=now,
    )
    if not stopped:
        publish(topic=RESUMED, payload={}, organization_id=organization.pk)
    return True


@transaction.atomic
def stop_installation_stock(*, stopped: bool, actor: User | None, now: datetime) -> bool:
    """The operator's stop for all organizations, as :func:`stop_organization_stock`."""
    Installation.objects.bulk_create([Installation(pk=1)], ignore_conflicts=True)
    changed = Installation.objects.filter(pk=1, stock_writes_stopped_at__isnull=stopped).update(
        stock_writes_stopped_at=now if stopped else None
    )
    if not changed:
        return False
    audit.record(
        action="stock.writes_stopped" if stopped else RESUMED,
        target=Installation.objects.get(pk=1),
        actor=actor,
        organization_id=None,
        now=now,
    )
    if not stopped:
        publish(topic=RESUMED, payload={}, organization_id=None)
    return True
