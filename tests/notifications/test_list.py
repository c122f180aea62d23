from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organization, User
from notifications.enums import Event, Severity
from notifications.models import Notification
from notifications.operations import notify

ADDRESS = "/api/v1/notifications"


@pytest.fixture
def three(organization: Organization, owner: User, staff: User) -> None:
    for number, (event, severity) in enumerate(
        (
            (Event.STOCK_LOW, Severity.WARNING),
            (Event.ORDER_STOP, Severity.DANGER),
            (Event.ORDER_CREATED, Severity.INFO),
        )
    ):
        notify(
            organization_id=organization.pk,
            event=event,
            severity=severity,
            title=f"Notice {number}",
            now=timezone.now() + timedelta(seconds=number),
        )


def titles(answer: Any) -> list[str]:
    return [one["title"] for one in answer.json()["items"]]


@pytest.mark.usefixtures("three")
def test_the_route_filters_and_reads(owner: User, staff: User, api: Any) -> None:
    client = api(owner)
    assert titles(client.get(ADDRESS)) == ["Notice 2", "Notice 1", "Notice 0"]
    assert titles(client.get(ADDRESS, {"severity": "danger"})) == ["Notice 1"]
    assert titles(client.get(ADDRESS, {"event": "stock.low"})) == ["Notice 0"]
    assert client.get(ADDRESS, {"event": "nothing"}).status_code == 400
    first = Notification.objects.get(user=owner, title="Notice 0").pk
    assert client.post(f"{ADDRESS}/{first}/read").json() == {"read": 1, "unread": 2}
    assert client.post(f"{ADDRESS}/{first}/read").json() == {"read": 0, "unread": 2}
    assert titles(client.get(ADDRESS, {"read": "no"})) == ["Notice 2", "Notice 1"]
    assert titles(client.get(ADDRESS, {"read": "yes"})) == ["Notice 0"]
    assert client.post(f"{ADDRESS}/read-all").json() == {"read": 2, "unread": 0}
    assert Notification.objects.filter(user=staff, read_at=None).count() == 3


@pytest.mark.usefixtures("three")
def test_a_colleagues_notice_cannot_be_read(owner: User, staff: User, api: Any) -> None:
    theirs = Notification.objects.filter(user=staff)[0].pk
    assert api(owner).post(f"{ADDRESS}/{theirs}/read").status_code == 404
    assert Notification.objects.filter(read_at=None).count() == 6


@pytest.mark.usefixtures("three")
def test_the_page_filters_and_comes_back_after_reading(owner: User, page: Any) -> None:
    browser = page(owner)
    shown = browser.get("/notifications/?severity=danger").content.decode()
    assert "Notice 1" in shown
    assert "Notice 0" not in shown
    pk = Notification.objects.get(user=owner, title="Notice 1").pk
    answer = browser.post("/notifications/read/", {"pk": pk, "next": "/notifications/?read=no"})
    assert answer["Location"] == "/notifications/?read=no"
    assert "Notice 1" not in browser.get("/notifications/?read=no").content.decode()
    outside = browser.post("/notifications/read/", {"pk": pk, "next": "https://elsewhere.example"})
    assert outside["Location"] == "/notifications/"


@pytest.mark.usefixtures("three")
def test_the_bell_counts_what_is_unread_and_shown(owner: User, page: Any) -> None:
    Notification.objects.filter(user=owner, title="Notice 0").update(in_app=False)
    answer = page(owner).get("/notifications/")
    assert answer.context["unread_notifications"] == 2


@pytest.mark.parametrize("back", ["on", "//evil.example", "https://evil.example/", "read"])
def test_what_is_no_address_of_ours_leads_back_to_the_list(
    owner: Any, page: Any, back: str
) -> None:
    answer = page(owner).post("/notifications/read/", {"next": back})

    assert (answer.status_code, answer["Location"]) == (302, "/notifications/")
