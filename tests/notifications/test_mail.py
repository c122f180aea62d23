from __future__ import annotations

import socket
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership, Organization, User
from core.enums import WorkState
from notifications.enums import DigestRhythm, Event, MailOutcome, MailWay, Severity
from notifications.models import DigestTime, Mail, Notification, Preference
from notifications.operations import (
    gather_mails,
    mark_read,
    notify,
    retry_mails,
    send_mails,
    settle,
    tell_more,
)
from notifications.operations.mailing import FLOOD_MAILS, FLOOD_WINDOW
from notifications.readers import next_digest
from settings_app.models import OrganizationSettings

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def tell(organization: Organization) -> Any:
    def told(**changes: Any) -> list[Notification]:
        values = {
            "organization_id": organization.pk,
            "event": Event.INTEGRATION_NEEDS_REAUTH,
            "severity": Severity.DANGER,
            "title": "Sklep needs a new sign-in",
            "now": NOON,
        }
        return notify(**(values | changes))

    return told


def post(now: datetime = NOON) -> list[Any]:
    """Gather and send; returns what has gone out since."""
    before = len(mail.outbox)
    gather_mails(now=now)
    send_mails()
    return mail.outbox[before:]


def wants(user: User, organization: Organization, event: Event, way: MailWay) -> None:
    Preference.objects.create(organization=organization, user=user, event=event, mail=way)


def test_what_cannot_wait_is_mailed_in_one_mail_and_once(tell: Any, owner: User) -> None:
    tell(title="First")
    tell(title="Second")
    tell(title="Only for the page", severity=Severity.INFO)
    (sent,) = post()
    assert post() == []
    assert sent.to == [owner.email]
    assert "First" in sent.body
    assert "Second" in sent.body
    assert "Only for the page" not in sent.body
    assert Mail.objects.get().outcome == MailOutcome.SENT
    assert Notification.objects.exclude(mailed_at=None).count() == 2


def test_a_person_who_wants_no_mail_gets_none(
    tell: Any, owner: User, organization: Organization
) -> None:
    wants(owner, organization, Event.INTEGRATION_NEEDS_REAUTH, MailWay.NEVER)
    tell()
    assert post() == []
    assert Notification.objects.filter(user=owner, in_app=True).count() == 1


def test_a_person_may_want_the_mail_and_not_the_notice(
    tell: Any, owner: User, organization: Organization, page: Any
) -> None:
    Preference.objects.create(
        organization=organization,
        user=owner,
        event=Event.INTEGRATION_NEEDS_REAUTH,
        in_app=False,
        mail=MailWay.NOW,
    )
    tell(title="By mail alone")
    assert len(post()) == 1
    assert b"By mail alone" not in page(owner).get("/notifications/").content


def test_a_warning_waits_for_the_summary_of_the_organizations_morning(
    tell: Any, owner: User
) -> None:
    tell(title="Low", event=Event.STOCK_LOW, severity=Severity.WARNING)
    morning = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # 8 o'clock in Warsaw
    assert post(morning - timedelta(seconds=1)) == []
    (sent,) = post(morning)
    assert sent.subject == "Low"


def test_the_summary_lists_five_of_an_event_and_counts_the_rest(tell: Any, owner: User) -> None:
    for number in range(42):
        tell(title=f"Product {number} is low", event=Event.STOCK_LOW, severity=Severity.WARNING)
    (sent,) = post(NOON + timedelta(days=1))
    assert sent.subject == "Summary: 42 notices"
    assert sent.body.count("is low") == 5 + sent.body.count("Stock is low")
    assert "and 37 more" in sent.body


def test_read_and_settled_notices_are_not_mailed(tell: Any, owner: User, staff: User) -> None:
    tell(title="Read", dedupe_key="read")
    tell(title="Over", dedupe_key="over")
    organization_id = Notification.objects.all()[0].organization_id
    settle(organization_id=organization_id, dedupe_key="over", now=NOON)
    mark_read(user=owner, organization_id=organization_id, now=NOON)
    (sent,) = post()
    assert sent.to == [staff.email]
    assert "Over" not in sent.body


def test_a_mail_whose_notices_were_read_meanwhile_is_not_sent(tell: Any, owner: User) -> None:
    tell(dedupe_key="cause")
    gather_mails(now=NOON)
    settle(organization_id=Notification.objects.get().organization_id, dedupe_key="cause", now=NOON)
    send_mails()
    assert mail.outbox == []
    assert Mail.objects.get().outcome == MailOutcome.ALL_READ


def test_who_left_gets_nothing_any_more(tell: Any, owner: User, staff: User) -> None:
    tell()
    gather_mails(now=NOON)
    Membership.objects.filter(user=staff).delete()
    send_mails()
    assert [sent.to for sent in mail.outbox] == [[owner.email]]
    assert Mail.objects.get(user=staff).outcome == MailOutcome.NOBODY


def test_many_mails_of_one_event_are_held_back_and_come_as_one(tell: Any, owner: User) -> None:
    for number in range(FLOOD_MAILS):
        tell(title=f"Number {number}")
        assert len(post(NOON + timedelta(seconds=number))) == 1
    for number in range(7):
        tell(title=f"Later {number}", now=NOON + timedelta(minutes=1))
        assert post(NOON + timedelta(minutes=1)) == []
    tell(title="Of another kind", event=Event.STOCK_BRAKE)
    assert [sent.subject for sent in post(NOON + timedelta(minutes=2))] == ["Of another kind"]
    (sent,) = post(NOON + FLOOD_WINDOW + timedelta(minutes=1))
    assert sent.subject == "7 notices that need you"
    assert "and 2 more" in sent.body


def test_the_organizations_address_gets_a_copy_of_what_cannot_wait_in_its_own_words(
    tell: Any, owner: User, organization: Organization
) -> None:
    OrganizationSettings.objects.create(
        organization=organization, notification_email="team@example.com"
    )
    wants(owner, organization, Event.INTEGRATION_NEEDS_REAUTH, MailWay.NEVER)
    assert {notice.user_id for notice in tell(dedupe_key="a")} == {owner.pk}
    tell(dedupe_key="a")
    tell(title="Not so grave", severity=Severity.WARNING)
    (sent,) = post()
    assert sent.to == ["team@example.com"]
    assert post(NOON + timedelta(hours=1)) == []


def test_the_installations_address_stands_in_where_an_organization_named_none(
    tell: Any, owner: User, settings: Any, other_organization: Organization
) -> None:
    settings.NOTIFICATION_EMAIL_TO = "operator@example.com"
    tell()
    assert sorted(sent.to[0] for sent in post()) == sorted([owner.email, "operator@example.com"])


def test_a_mail_server_that_is_down_delays_and_loses_nothing(
    tell: Any, owner: User, settings: Any, page: Any, api: Any
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    tell()
    gather_mails(now=NOON)
    send_mails()
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.attempts) == (WorkState.PENDING, 1)
    assert waiting.next_attempt_at > timezone.now()
    assert b"1 mail is delayed" in page(owner).get("/notifications/").content
    for _try in range(5):
        Mail.objects.update(next_attempt_at=timezone.now())
        send_mails()
    assert Mail.objects.get().state == WorkState.DEAD
    assert b"1 mail could not be sent" in page(owner).get("/notifications/").content

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = api(owner).post(f"/api/v1/notifications/mails/{waiting.pk}/retry")
    assert answer.json()["state"] == "PENDING"
    send_mails()
    assert [sent.to for sent in mail.outbox] == [[owner.email]]
    assert retry_mails(mails=Mail.objects.all(), actor=owner, now=NOON) == 0


def test_a_notice_that_grows_is_mailed_again_only_with_what_is_new(
    owner: User, organization: Organization
) -> None:
    wants(owner, organization, Event.ORDER_CREATED, MailWay.DIGEST)
    DigestTime.objects.create(organization=organization, user=owner, rhythm=DigestRhythm.HOURLY)

    def grow(more: int, now: datetime) -> None:
        tell_more(
            organization_id=organization.pk,
            event=Event.ORDER_CREATED,
            severity=Severity.INFO,
            title=lambda count: f"{count} new orders",
            more=more,
            dedupe_key="order.created:",
            now=now,
        )

    grow(150, NOON + timedelta(minutes=1))
    grow(50, NOON + timedelta(minutes=50))
    assert [sent.subject for sent in post(NOON + timedelta(hours=1))] == ["200 new orders"]
    assert post(NOON + timedelta(hours=2)) == []
    grow(1, NOON + timedelta(hours=2, minutes=5))
    assert [sent.subject for sent in post(NOON + timedelta(hours=3))] == ["201 new orders"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25T06:59:00+00:00", "2026-11-25T07:00:00+00:00"),
        ("2026-11-25T07:00:00+00:00", "2026-11-26T07:00:00+00:00"),
        # The clocks go back on 25 October and forward on 29 March.
        ("2026-10-24T12:00:00+00:00", "2026-10-25T07:00:00+00:00"),
        ("2027-03-27T12:00:00+00:00", "2027-03-28T06:00:00+00:00"),
    ],
)
def test_the_daily_summary_comes_by_the_organizations_clock(now: str, expected: str) -> None:
    found = next_digest(
        rhythm=DigestRhythm.DAILY,
        at=time(8, 0),
        zone="Europe/Warsaw",
        now=datetime.fromisoformat(now),
    )
    assert found == datetime.fromisoformat(expected)
