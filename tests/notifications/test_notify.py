from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from notifications.enums import Event, Severity
from notifications.models import Notification
from notifications.operations import notify, settle, tell_more


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


def test_words_are_made_in_each_readers_language(tell: Any, owner: User, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(language="pl")
    tell(title=lambda: _("Orders"))
    with translation.override("pl"):
        polish = _("Orders")
    assert polish != "Orders"
    assert Notification.objects.get(user=owner).title == "Orders"
    assert Notification.objects.get(user=staff).title == polish


def test_marking_read_touches_only_ones_own(tell: Any, owner: User, staff: User, page: Any) -> None:
    tell()
    page(owner).post("/notifications/read/")
    assert Notification.objects.get(user=owner).read_at is not None
    assert Notification.objects.get(user=staff).read_at is None


def grow(organization: Organization, more: int) -> int:
    return tell_more(
        organization_id=organization.pk,
        event=Event.ORDER_CREATED,
        severity=Severity.INFO,
        title=lambda count: f"{count} new orders",
        more=more,
        dedupe_key="order.created:",
        now=timezone.now(),
    )


def test_a_growing_notice_counts_on_until_it_is_read(
    organization: Organization, owner: User, staff: User, page: Any
) -> None:
    grow(organization, 150)
    grow(organization, 50)
    page(owner).post("/notifications/read/")
    grow(organization, 3)
    titles = Notification.objects.order_by("pk").values_list("user_id", "title", "count")
    assert list(titles.filter(user=owner)) == [
        (owner.pk, "200 new orders", 200),
        (owner.pk, "3 new orders", 3),
    ]
    assert list(titles.filter(user=staff)) == [(staff.pk, "203 new orders", 203)]
