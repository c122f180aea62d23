from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership, Organization, User
from core import audit
from core.sealed import current_data_key


def create_organization(*, name: str, owner: User, now: datetime) -> Organization:
    """Make an organization with its first owner and its data key."""
    with transaction.atomic():
        organization = Organization.objects.create(name=name.strip())
        Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
        current_data_key(organization_id=organization.pk)
        audit.record(
            action="organization.created",
            target=organization,
            actor=owner,
            organization_id=organization.pk,
            now=now,
            after={"name": organization.name},
        )
    return organization


def update_organization(
    *, organization: Organization, name: str, timezone: str, actor: User, now: datetime
) -> Organization:
    """Change an organization's name and time zone; writes an audit entry when something differs."""
    changes = audit.changed(organization, {"name": name.strip(), "timezone": timezone})
    if not changes:
        return organization
    with transaction.atomic():
        for field, (_before, after) in changes.items():
            setattr(organization, field, after)
        organization.save(update_fields=[*changes, "updated_at"])
        audit.record(
            action="organization.changed",
            target=organization,
            actor=actor,
            organization_id=organization.pk,
            now=now,
            before={field: before for field, (before, _after) in changes.items()},
            after={field: after for field, (_before, after) in changes.items()},
        )
    return organization
