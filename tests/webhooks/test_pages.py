from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.utils import timezone

from core.enums import WorkState
from core.models import AuditEntry
from core.signing import signature
from tests.factories import IntegrationFactory
from webhooks.models import InboundEvent, WebhookEndpoint
from webhooks.operations import create_endpoint


def event_of(organization: Any, number: int = 1, **values: Any) -> InboundEvent:
    raw = json.dumps({"id": f"e-{number}", "secret": "hush", "x": "<script>"}).encode()
    made: InboundEvent = InboundEvent.objects.create(
        organization=organization,
        source="HTTP",
        event_id=f"e-{number}",
        raw=raw,
        raw_sha256="0" * 64,
        received_at=timezone.now(),
        **{"event_type": "offer.updated", **values},
    )
    return made


def test_the_list_shows_events_and_narrows_them(page: Any, viewer: Any, organization: Any) -> None:
    event_of(organization, 1, state=WorkState.DEAD, last_error="503 SERVICE_UNAVAILABLE")
    event_of(organization, 2, state=WorkState.DONE, outcome="Order recorded")
    text = page(viewer).get("/events/").content.decode()
    assert "e-1" in text
    assert "Order recorded" in text
    failed = page(viewer).get("/events/?state=failed").content.decode()
    assert "SERVICE_UNAVAILABLE" in failed
    assert "e-2" not in failed
    found = page(viewer).get("/events/?q=e-2").content.decode()
    assert "e-1" not in found
    assert "e-2" in found


def test_the_event_page_masks_secrets_and_escapes(
    page: Any, viewer: Any, organization: Any
) -> None:
    event = event_of(organization)
    text = page(viewer).get(f"/events/{event.pk}/").content.decode()
    assert "hush" not in text
    assert "<script>" not in text.split("What it said")[1]
    assert "Try again now" not in text, "viewers see no button they may not press"


def test_staff_retries_and_viewers_may_not(
    page: Any, staff: Any, viewer: Any, organization: Any
) -> None:
    event = event_of(organization, state=WorkState.DEAD, attempts=6, last_error="x")
    assert page(viewer).post(f"/events/{event.pk}/retry/").status_code == 403
    event.refresh_from_db()
    assert event.state == WorkState.DEAD
    assert page(staff).post(f"/events/{event.pk}/retry/").status_code == 302
    event.refresh_from_db()
    assert (event.state, event.attempts) == (WorkState.PENDING, 0)
    assert AuditEntry.objects.get(action="event.replayed").actor == staff


def test_an_event_being_worked_on_is_left_alone(api: Any, staff: Any, organization: Any) -> None:
    event = event_of(organization, state=WorkState.RUNNING, claimed_until=timezone.now())
    answer = api(staff).post(f"/api/v1/webhooks/events/{event.pk}/retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "event_busy")


def test_outsiders_find_nothing(page: Any, api: Any, outsider: Any, organization: Any) -> None:
    event = event_of(organization)
    endpoint, _secret = create_endpoint(
        organization=organization, name="x", actor=None, now=timezone.now()
    )
    stranger = page(outsider)
    assert stranger.get(f"/events/{event.pk}/").status_code == 404
    assert stranger.post(f"/events/{event.pk}/retry/").status_code == 404
    assert stranger.post(f"/events/endpoints/{endpoint.pk}/rotate/").status_code == 404
    assert stranger.post(f"/events/endpoints/{endpoint.pk}/active/").status_code == 404
    assert api(outsider).get(f"/api/v1/webhooks/events/{event.pk}").status_code == 404
    assert api(outsider).post(f"/api/v1/webhooks/events/{event.pk}/retry").status_code == 404
    assert api(outsider).get("/api/v1/webhooks/events").json()["items"] == []
    endpoint.refresh_from_db()
    assert endpoint.active
    assert not endpoint.previous_secret


def test_the_secret_is_shown_once(page: Any, owner: Any, staff: Any, client: Any) -> None:
    assert page(staff).post("/events/endpoints/new/", {"name": "relay"}).status_code == 403
    assert not WebhookEndpoint.objects.exists()
    shown = page(owner).post("/events/endpoints/new/", {"name": "relay"})
    assert shown["Cache-Control"] == "no-store"
    secret = next(word for word in shown.content.decode().split("<") if "whsec_" in word)
    secret = secret.split(">")[1]
    assert secret not in page(owner).get("/events/endpoints/").content.decode()
    endpoint = WebhookEndpoint.objects.get()
    timestamp = str(int(timezone.now().timestamp()))
    body = b'{"id": "1", "type": "x"}'
    answer = client.post(
        f"/api/v1/webhooks/allegro/{endpoint.public_id}",
        data=body,
        content_type="application/json",
        headers={
            "X-Hub-Timestamp": timestamp,
            "X-Hub-Signature": f"v1={signature(secret, timestamp, body)}",
        },
    )
    assert answer.status_code == 202
    closed = page(owner).post(f"/events/endpoints/{endpoint.pk}/active/", {"active": "0"})
    assert closed.status_code == 302
    endpoint.refresh_from_db()
    assert not endpoint.active
    rotated = page(owner).post(f"/events/endpoints/{endpoint.pk}/rotate/").content.decode()
    assert "whsec_" in rotated
    assert secret not in rotated


def test_the_api_lists_shows_and_retries(
    api: Any, staff: Any, viewer: Any, organization: Any
) -> None:
    event = event_of(organization, state=WorkState.DEAD)
    event_of(organization, 2)
    listed = api(viewer).get("/api/webhooks/events?state=DEAD&limit=1").json()
    assert [one["eventId"] for one in listed["items"]] == ["e-1"]
    assert listed["pagination"]["total"] == 1
    one = api(viewer).get(f"/api/v1/webhooks/events/{event.pk}/").json()
    assert json.loads(one["content"])["secret"] == "[hidden]"
    assert api(viewer).post(f"/api/v1/webhooks/events/{event.pk}/retry").status_code == 403
    retried = api(staff).post(f"/api/v1/webhooks/events/{event.pk}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "PENDING")
    assert api(viewer).get("/api/v1/webhooks/events?state=NONSENSE").status_code == 400


@pytest.mark.parametrize("path", ["/events/", "/api/v1/webhooks/events"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    page: Any, api: Any, viewer: Any, organization: Any, path: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = api(viewer) if path.startswith("/api") else page(viewer)
    integration = IntegrationFactory(organization=organization)
    counts = []
    for number in range(3):
        event_of(organization, number, integration=integration)
        if number in (0, 2):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_operators_replay_chosen_events(organization: Any, operator: Any, client: Any) -> None:
    dead = event_of(organization, 1, state=WorkState.DEAD)
    busy = event_of(organization, 2, state=WorkState.RUNNING, claimed_until=timezone.now())
    client.force_login(operator)
    answer = client.post(
        "/admin/webhooks/inboundevent/",
        {"action": "replay", "_selected_action": [dead.pk, busy.pk]},
        follow=True,
    )
    assert answer.status_code == 200
    dead.refresh_from_db()
    busy.refresh_from_db()
    assert (dead.state, busy.state) == (WorkState.PENDING, WorkState.RUNNING)
    assert AuditEntry.objects.get(action="event.replayed").actor == operator


@pytest.mark.parametrize("model", ["inboundevent", "webhookendpoint", "journalcursor"])
def test_the_admin_shows_no_secret_and_no_buyer(
    organization: Any, operator: Any, client: Any, model: str
) -> None:
    client.force_login(operator)
    event = event_of(organization)
    endpoint, _secret = create_endpoint(
        organization=organization, name="x", actor=None, now=timezone.now()
    )
    assert client.get(f"/admin/webhooks/{model}/").status_code == 200
    for name, row in (("inboundevent", event), ("webhookendpoint", endpoint)):
        text = client.get(f"/admin/webhooks/{name}/{row.pk}/change/").content.decode()
        assert "hush" not in text
        assert endpoint.secret not in text
    request = RequestFactory().get("/")
    request.user = operator
    assert not admin.site._registry[InboundEvent].has_delete_permission(request)
