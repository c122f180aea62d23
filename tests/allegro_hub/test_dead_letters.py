from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organization, User
from allegro_hub.dead_letters import PAGES, settle_dead_work
from allegro_hub.durable import kinds
from core.outbox import deliver_due
from core.work import MAX_ATTEMPTS, drain, replay
from notifications.models import Notification
from notifications.operations import count_tallies
from webhooks.models import InboundEvent

# Kinds only the operator sees: the admin has them.
OPERATORS = {"core.outboxdelivery", "notifications.servicedelivery"}


@pytest.fixture
def dying(organization: Organization) -> Any:
    """Make so many events of the inbox die of their last try."""

    def die(count: int) -> None:
        number = InboundEvent.objects.count()
        events = InboundEvent.objects.bulk_create(
            InboundEvent(
                organization=organization,
                source="HTTP",
                event_id=f"e-{number + one}",
                raw=b"{}",
                received_at=timezone.now(),
                attempts=MAX_ATTEMPTS - 1,
                next_attempt_at=timezone.now() - timedelta(seconds=1),
            )
            for one in range(count)
        )
        pks = [event.pk for event in events]
        drain(InboundEvent.objects.filter(pk__in=pks), fail_always)
        deliver_due()
        count_tallies(now=timezone.now())

    return die


def fail_always(event: InboundEvent) -> None:
    raise TimeoutError("Allegro did not answer")


def test_work_that_gave_up_is_told_in_one_growing_notice_with_its_page(
    dying: Any, owner: User, outsider: User, page: Any
) -> None:
    dying(3)
    notice = Notification.objects.get()
    assert (notice.user_id, notice.count, notice.severity) == (owner.pk, 3, "danger")
    assert page(owner).get(notice.link).content.count(b"Allegro did not answer") == 3
    dying(1)
    assert Notification.objects.get().count == 4


def test_the_notice_is_taken_back_when_nothing_is_dead_any_more(dying: Any, owner: User) -> None:
    dying(1)
    settle_dead_work(now=timezone.now())
    assert Notification.objects.get().read_at is None
    replay(InboundEvent.objects.all(), now=timezone.now())
    settle_dead_work(now=timezone.now())
    assert Notification.objects.get().read_at is not None


def test_every_kind_has_a_page_or_is_the_operators() -> None:
    assert {kind._meta.label_lower for kind in kinds()} == set(PAGES) | OPERATORS


def test_the_pages_answer(owner: User, page: Any) -> None:
    for kind in PAGES.values():
        assert page(owner).get(kind.address()).status_code == 200, kind.name
