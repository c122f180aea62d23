"""Emergency stops of writing to Allegro: one organization's, and the operator's for everybody.

Stock, and everything else of an offer, are stopped apart: the one prevents overselling, the other
keeps a wrong price or text from spreading.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from accounts.models import Organization, User
from core import audit
from core.outbox import publish
from settings_app.enums import WriteKind
from settings_app.models import Installation, OrganizationSettings
from settings_app.operations.preferences import organization_settings


def stop_organization_stock(
    *, organization: Organization, stopped: bool, actor: User, now: datetime
) -> bool:
    """Stop, or allow again, every stock write of an organization; False when it stood so already.

    A running push looks before each write. What was asked for meanwhile waits and is sent with the
    newest numbers afterwards. Audits; publishes ``stock.writes_resumed`` when allowed again.
    """
    return _stop_organization(WriteKind.STOCK, organization, stopped, actor, now)


def stop_organization_offers(
    *, organization: Organization, stopped: bool, actor: User, now: datetime
) -> bool:
    """The same for prices, texts, pictures, starting and ending; ``offer.writes_resumed``."""
    return _stop_organization(WriteKind.OFFERS, organization, stopped, actor, now)


def stop_installation_stock(*, stopped: bool, actor: User | None, now: datetime) -> bool:
    """The operator's stop for all organizations, as :func:`stop_organization_stock`."""
    return _stop_installation(WriteKind.STOCK, stopped, actor, now)


def stop_installation_offers(*, stopped: bool, actor: User | None, now: datetime) -> bool:
    """The operator's stop for all organizations, as :func:`stop_organization_offers`."""
    return _stop_installation(WriteKind.OFFERS, stopped, actor, now)


@transaction.atomic
def _stop_organization(
    kind: WriteKind, organization: Organization, stopped: bool, actor: User, now: datetime
) -> bool:
    row = organization_settings(organization=organization)
    found = OrganizationSettings.objects.filter(pk=row.pk)
    return _set(kind, found, row, stopped, actor, organization.pk, now)


@transaction.atomic
def _stop_installation(kind: WriteKind, stopped: bool, actor: User | None, now: datetime) -> bool:
    Installation.objects.bulk_create([Installation(pk=1)], ignore_conflicts=True)
    found = Installation.objects.filter(pk=1)
    return _set(kind, found, found.get(), stopped, actor, None, now)


def _set(
    kind: WriteKind,
    found: models.QuerySet[OrganizationSettings] | models.QuerySet[Installation],
    row: models.Model,
    stopped: bool,
    actor: User | None,
    organization_id: int | None,
    now: datetime,
) -> bool:
    column = f"{kind}_writes_stopped_at"
    changed = found.filter(**{f"{column}__isnull": stopped}).update(
        **{column: now if stopped else None}
    )
    if not changed:
        return False
    resumed = f"{kind}.writes_resumed"
    audit.record(
        action=f"{kind}.writes_stopped" if stopped else resumed,
        target=row,
        actor=actor,
        organization_id=organization_id,
        now=now,
    )
    if not stopped:
        publish(topic=resumed, payload={}, organization_id=organization_id)
    return True
