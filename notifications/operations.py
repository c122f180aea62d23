"""Telling people: once per cause while they have not read it, by mail too when it cannot wait."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership, User
from core.hints import hint
from notifications.enums import Event, Severity
from notifications.models import Notification, Preference


def notify(
    *,
    organization_id: int,
    event: Event,
    severity: Severity,
    title: str,
    now: datetime,
    body: str = "",
    link: str = "",
    dedupe_key: str = "",
) -> list[Notification]:
    """Write a notice for every owner and staff member who wants it; returns the new ones.

    With ``dedupe_key``, somebody who has an unread notice of the same cause gets no second one.
    DANGER notices are mailed after commit. Title and body carry no buyer data: they are mailed.
    """
    preferences = {
        row.user_id: row
        for row in Preference.objects.filter(organization_id=organization_id, event=event)
    }
    readers = [
        user_id
        for user_id in _workers(organization_id)
        if _wants(preferences.get(user_id), "in_app")
    ]
    with transaction.atomic():
        written = Notification.objects.bulk_create(
            [
                Notification(
                    organization_id=organization_id,
                    user_id=user_id,
                    event=event,
                    severity=severity,
                    title=title[:200],
                    body=body,
                    link=link[:300],
                    dedupe_key=dedupe_key[:160],
                    created_at=now,
                )
                for user_id in readers
                if not (dedupe_key and _open_notice(organization_id, user_id, dedupe_key))
            ],
            ignore_conflicts=bool(dedupe_key),
        )
        if severity == Severity.DANGER:
            _mail_after_commit(written, preferences)
    return written


def mark_read(*, user: User, organization_id: int, now: datetime, pk: int | None = None) -> int:
    """Mark one notice or all of a person's notices in an organization as read."""
    unread = Notification.objects.filter(user=user, organization_id=organization_id, read_at=None)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return int(unread.update(read_at=now))


def settle(*, organization_id: int, dedupe_key: str, now: datetime) -> int:
    """Mark the notices of a cause as read for everybody, because it is over."""
    return int(
        Notification.objects.filter(
            organization_id=organization_id, dedupe_key=dedupe_key, read_at=None
        ).update(read_at=now)
    )


def _workers(organization_id: int) -> list[int]:
    return list(
        Membership.objects.filter(
            organization_id=organization_id, role__in=[Role.OWNER, Role.STAFF], user__is_active=True
        ).values_list("user_id", flat=True)
    )


def _wants(preference: Preference | None, way: str) -> bool:
    return preference is None or bool(getattr(preference, way))


def _open_notice(organization_id: int, user_id: int, dedupe_key: str) -> bool:
    return Notification.objects.filter(
        organization_id=organization_id, user_id=user_id, dedupe_key=dedupe_key, read_at=None
    ).exists()


def _mail_after_commit(notices: list[Notification], preferences: dict[int, Preference]) -> None:
    from notifications.tasks import mail_notices

    wanted = [n.user_id for n in notices if _wants(preferences.get(n.user_id), "by_email")]
    if wanted:
        hint(mail_notices, organization_id=notices[0].organization_id)
