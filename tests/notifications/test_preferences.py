from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organization, User
from core.models import AuditEntry
from notifications.enums import DigestRhythm, Event, MailWay, Severity
from notifications.models import DigestTime, Notification, Preference
from notifications.operations import notify, set_digest_time
from notifications.queries import wishes_of

ADDRESS = "/api/v1/notifications/preferences"


def test_defaults_follow_the_weight_of_an_event(owner: User, api: Any) -> None:
    told = api(owner).get(ADDRESS).json()
    ways = {one["event"]: (one["inApp"], one["mail"]) for one in told["events"]}
    assert len(ways) == len(Event)
    assert ways["integration.needs_reauth"] == (True, "now")
    assert ways["stock.low"] == (True, "digest")
    assert ways["order.created"] == (True, "never")
    assert told["digest"] == {"rhythm": "daily", "at": "08:00"}


def test_what_the_installation_switched_off_is_silent_until_a_person_wants_it(
    owner: User, staff: User, organization: Organization, settings: Any, api: Any
) -> None:
    settings.NOTIFICATIONS_OFF = frozenset({"stock.low"})
    wish = {"event": "stock.low", "inApp": True, "mail": "never"}
    api(owner).put(ADDRESS, {"events": [wish]})
    notify(
        organization_id=organization.pk,
        event=Event.STOCK_LOW,
        severity=Severity.WARNING,
        title="Low",
        now=timezone.now(),
    )
    assert list(Notification.objects.values_list("user_id", flat=True)) == [owner.pk]


def test_put_changes_what_is_named_and_is_audited(
    owner: User, organization: Organization, api: Any
) -> None:
    wish = {"event": "order.created", "inApp": False, "mail": "digest"}
    answer = api(owner).put(
        ADDRESS, {"events": [wish], "digest": {"rhythm": "hourly", "at": "06:30"}}
    )
    told = {one["event"]: one for one in answer.json()["events"]}
    assert told["order.created"]["mail"] == "digest"
    assert not told["order.created"]["isDefault"]
    assert told["order.updated"]["isDefault"]
    assert answer.json()["digest"] == {"rhythm": "hourly", "at": "06:30"}
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions == {"notifications.preferences_changed", "notifications.digest_changed"}

    back = {"event": "order.created", "inApp": True, "mail": "never"}
    api(owner).put(ADDRESS, {"events": [back]})
    assert not Preference.objects.exists()


def test_a_wrong_choice_changes_nothing(owner: User, api: Any) -> None:
    wrong = {"event": "order.created", "inApp": True, "mail": "sometimes"}
    assert api(owner).put(ADDRESS, {"events": [wrong]}).status_code == 400
    assert (
        api(owner).put(ADDRESS, {"digest": {"rhythm": "daily", "at": "25:00"}}).status_code == 400
    )
    assert not Preference.objects.exists()
    assert not DigestTime.objects.exists()


def test_a_viewer_has_nothing_to_choose(viewer: User, page: Any, api: Any) -> None:
    shown = page(viewer).get("/notifications/preferences/").content
    assert b"Notices go to owners and staff" in shown
    assert b'name="mail-stock.low"' not in shown
    assert page(viewer).post("/notifications/preferences/", {"at": "09:00"}).status_code == 403
    assert api(viewer).put(ADDRESS, {"events": []}).status_code == 403
    assert not Preference.objects.exists()


def test_the_page_keeps_what_was_chosen(owner: User, organization: Organization, page: Any) -> None:
    form = {f"mail-{event.value}": "never" for event in Event}
    form |= {"app-order.stop": "on", "rhythm": "daily", "at": "06:15"}
    assert page(owner).post("/notifications/preferences/", form).status_code == 302
    wishes = {one.event: one.choice for one in wishes_of(user=owner, organization=organization)}
    assert wishes[Event.ORDER_STOP].in_app
    assert not wishes[Event.STOCK_LOW].in_app
    assert {choice.mail for choice in wishes.values()} == {MailWay.NEVER}
    assert DigestTime.objects.get().at == time(6, 15)
    shown = page(owner).get("/notifications/preferences/").content.decode()
    assert 'value="06:15"' in shown


def test_a_new_rhythm_moves_what_waits_for_the_summary(
    owner: User, organization: Organization
) -> None:
    now = datetime(2026, 11, 25, 12, 10, tzinfo=UTC)
    notify(
        organization_id=organization.pk,
        event=Event.STOCK_LOW,
        severity=Severity.WARNING,
        title="Low",
        now=now,
    )
    assert Notification.objects.get().mail_due_at == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    set_digest_time(
        organization=organization,
        user=owner,
        rhythm=DigestRhythm.HOURLY,
        at=time(8, 0),
        actor=owner,
        now=now,
    )
    assert Notification.objects.get().mail_due_at == now + timedelta(minutes=50)
