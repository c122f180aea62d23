"""Reads of notices."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Organization, User
from notifications.enums import Severity
from notifications.models import Notification


def notices_of(*, user: User, organization: Organization) -> QuerySet[Notification]:
    """A person's notices in an organization, newest first."""
    notices: QuerySet[Notification] = (
        Notification.objects.for_organization(organization).filter(user=user).order_by("-pk")
    )
    return notices


def organizations_with_unsent() -> list[int]:
    """Organizations that have notices to mail."""
    return list(
        Notification.objects.filter(severity=Severity.DANGER, mailed_at=None, read_at=None)
        .values_list("organization_id", flat=True)
        .distinct()
        .order_by()
    )
