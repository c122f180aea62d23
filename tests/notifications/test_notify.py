from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Organization, User
from notifications.enums import Event, Severity
from notifications.mail import mail_unsent
from notifications.models import Notification, Preference
from notifications.operations import notify, settle


@pytest.fixture
def tell(organization: Organization) -> Any:
    def told(**changes: Any) -> list[Notification]:
        values = {
            "organization_id": organization.pk,
            "event": Event.INTEGRATION_NEEDS_REAUTH,
            "severity": Severity.DANGER,
            "title": "Sklep needs a new sign-in",
            "now": timezone.now(),
        }
        return notify(**(values | changes))

    return told


def test_notify_reaches_those_who_work_here_and_nobody_else(
    tell: Any, owner: User, staff: User, viewer: User, outsider: User
) -> None:
    assert {notice.user_id for notice in tell()} == {owner.pk, staff.pk}


def test_the_same_cause_is_told_once_until_it_is_read(tell: Any, owner: User) -> None:
    tell(dedupe_key="integration:7:reauth")
    assert tell(dedupe_key="integration:7:reauth") == []
    settle(
        organization_id=Notification.objects.get().organization_id,
        dedupe_key="integration:7:reauth",
        now=timezone.now(),
    )
    assert len(tell(dedupe_key="integration:7:reauth")) == 1


def test_what_cannot_wait_is_mailed_in_one_mail_and_once(
    tell: Any, owner: User, organization: Organization
) -> None:
    tell(title="First")
    tell(title="Second")
    tell(title="Only for the page", severity=Severity.INFO)
    mail_unsent(organization_id=organization.pk, now=timezone.now())
    mail_unsent(organization_id=organization.pk, now=timezone.now())
    (sent,) = mail.outbox
    assert sent.to == [owner.email]
    assert "First" in sent.body
    assert "Second" in sent.body
    assert "Only for the page" not in sent.body


def test_a_person_who_wants_no_mail_gets_none(
    tell: Any, owner: User, organization: Organization
) -> None:
    Preference.objects.create(
        organization=organization,
        user=owner,
        event=Event.INTEGRATION_NEEDS_REAUTH,
        by_email=False,
    )
    tell()
    mail_unsent(organization_id=organization.pk, now=timezone.now())
    assert mail.outbox == []
    assert Notification.objects.filter(user=owner).count() == 1


def test_marking_read_touches_only_ones_own(tell: Any, owner: User, staff: User, page: Any) -> None:
    tell()
    page(owner).post("/notifications/read/")
    assert Notification.objects.get(user=owner).read_at is not None
    assert Notification.objects.get(user=staff).read_at is None
