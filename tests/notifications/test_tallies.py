from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organization, User
from notifications.enums import Event
from notifications.models import Notification, Tally
from notifications.operations import count_tallies, forget_old, tally


def test_what_was_noted_is_told_once_in_one_growing_notice(
    organization: Organization, owner: User, other_organization: Organization, outsider: User
) -> None:
    now = timezone.now()
    for amount in (120, 80):
        tally(organization_id=organization.pk, event=Event.ORDER_CREATED, amount=amount, now=now)
    tally(organization_id=other_organization.pk, event=Event.ORDER_CREATED, now=now)
    assert count_tallies(now=now) == 201
    assert count_tallies(now=now) == 0
    tally(organization_id=organization.pk, event=Event.ORDER_CREATED, amount=2, now=now)
    count_tallies(now=now)
    told = dict(Notification.objects.values_list("user_id", "title"))
    assert told == {owner.pk: "202 new orders", outsider.pk: "1 new order"}


def test_a_message_delivered_twice_counts_once(organization: Organization, owner: User) -> None:
    for _delivery in range(2):
        tally(
            organization_id=organization.pk,
            event=Event.WORK_DEAD,
            cause="webhooks.inboundevent",
            message_id=7,
            now=timezone.now(),
        )
        count_tallies(now=timezone.now())
    assert Notification.objects.get().count == 1


@pytest.mark.parametrize(("days", "left"), [(20, 1), (22, 0)])
def test_counted_notes_are_kept_while_their_message_may_come_again(
    organization: Organization, owner: User, days: int, left: int
) -> None:
    tally(organization_id=organization.pk, event=Event.ORDER_CREATED, now=timezone.now())
    count_tallies(now=timezone.now())
    forget_old(now=timezone.now() + timedelta(days=days))
    assert Tally.objects.count() == left


def test_old_notices_go_and_unread_ones_stay_longer(
    organization: Organization, owner: User, staff: User, page: Any
) -> None:
    tally(organization_id=organization.pk, event=Event.ORDER_CREATED, now=timezone.now())
    count_tallies(now=timezone.now())
    page(owner).post("/notifications/read/")
    forget_old(now=timezone.now() + timedelta(days=91))
    assert list(Notification.objects.values_list("user_id", flat=True)) == [staff.pk]
