"""Chosen selections of events worked on again, and the filters they are chosen by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.enums import WorkState
from core.models import AuditEntry
from core.work import claim_due
from tests.factories import IntegrationFactory
from webhooks.models import EventReplay, InboundEvent
from webhooks.operations import NothingSelected, run_replays, start_replay
from webhooks.operations.bulk_replay import ReplayLost, replay_batch
from webhooks.queries import events_of
from webhooks.selection import Selection

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def events(organization: Any, other_organization: Any) -> list[InboundEvent]:
    account = IntegrationFactory(organization=organization)

    def make(number: int, **more: Any) -> InboundEvent:
        values = {
            "organization": organization, "integration": account, "source": "ORDER_JOURNAL",
            "event_id": str(number), "event_type": "BOUGHT", "raw": b"{}", "raw_sha256": "0",
            "checkout_form_id": f"f-{number % 3}", "received_at": DAY, "state": WorkState.DEAD,
            "attempts": 6, "last_error": "x",
        }  # fmt: skip
        return InboundEvent.objects.create(**values | more)

    return [
        make(1), make(2), make(3, state=WorkState.DONE), make(4, state=WorkState.RUNNING),
        make(5, event_type="READY_FOR_PROCESSING", received_at=DAY + timedelta(days=1)),
        make(6, source="OFFER_JOURNAL", subject_id="77", checkout_form_id=""),
        make(7, organization=other_organization, integration=None, source="HTTP"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "123456"),
        ({"state": "failed"}, "1256"),
        ({"state": "DONE"}, "3"),
        ({"state": "nonsense", "source": "nonsense", "account": "x", "from": "x"}, "123456"),
        ({"source": "OFFER_JOURNAL"}, "6"),
        ({"type": "ready_for_processing"}, "5"),
        ({"from": "2026-11-21"}, "5"),
        ({"to": "2026-11-20"}, "12346"),
        ({"from": "2026-11-20", "to": "2026-11-20"}, "12346"),
        ({"order": "f-1"}, "14"),
        ({"q": "77"}, "6"),
        ({"account": "999999"}, ""),
        ({"from": "9999-12-31", "to": "0001-01-01"}, "123456"),
    ],
)
def test_a_selection_finds_what_it_names(
    events: list[InboundEvent], organization: Any, given: dict[str, str], found: str
) -> None:
    chosen = events_of(organization=organization, selection=Selection.read(given))
    assert "".join(sorted(one.event_id for one in chosen)) == found
    again = events_of(
        organization=organization, selection=Selection.read(Selection.read(given).stored())
    )
    assert set(again) == set(chosen)


def test_a_selection_is_worked_on_again_in_batches(
    events: list[InboundEvent], organization: Any, owner: Any
) -> None:
    made = start_replay(
        organization=organization,
        selection=Selection.read({"state": "failed"}),
        actor=owner,
        now=timezone.now(),
    )
    assert made.expected == 4
    late = events[0]
    late.pk, late.event_id = None, "8"
    late.save()
    run_replays(at_once=2)
    made.refresh_from_db()
    assert (made.state, made.replayed) == (WorkState.DONE, 4)
    due = InboundEvent.objects.filter(state=WorkState.PENDING, attempts=0)
    assert "".join(sorted(due.values_list("event_id", flat=True))) == "1256"
    assert InboundEvent.objects.get(event_id="8").state == WorkState.DEAD  # came after the count
    assert AuditEntry.objects.get(action="events.replayed").after["expected"] == 4


def test_a_replay_whose_worker_was_killed_goes_on_where_it_was(
    events: list[InboundEvent], organization: Any
) -> None:
    made = start_replay(
        organization=organization, selection=Selection(), actor=None, now=timezone.now()
    )
    (work,) = claim_due(EventReplay.objects.all(), now=timezone.now())
    assert replay_batch(work, at_once=1) == 1  # and the worker is killed
    EventReplay.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    run_replays(at_once=1)
    made.refresh_from_db()
    assert (made.state, made.replayed) == (WorkState.DONE, 5)
    InboundEvent.objects.update(state=WorkState.DONE)
    work.position = 0
    with pytest.raises(ReplayLost):
        replay_batch(work)
    assert not InboundEvent.objects.filter(state=WorkState.PENDING).exists()


def test_nothing_selected_starts_nothing(organization: Any, owner: Any) -> None:
    with pytest.raises(NothingSelected):
        start_replay(
            organization=organization, selection=Selection(), actor=owner, now=timezone.now()
        )
    assert not EventReplay.objects.exists()


def test_the_page_shows_the_count_before_anything_happens(
    events: list[InboundEvent], client: Client, owner: Any
) -> None:
    client.force_login(owner)
    preview = client.get("/events/replay/?state=failed&source=ORDER_JOURNAL")
    assert "3 events match" in preview.content.decode()
    assert not EventReplay.objects.exists()
    done = client.post("/events/replay/?state=failed&source=ORDER_JOURNAL")
    made = EventReplay.objects.get()
    assert done["Location"] == f"/events/replays/{made.pk}/"
    assert made.expected == 3
    assert "0" in client.get(done["Location"]).content.decode()
    run_replays()
    assert "hx-trigger" not in client.get(f"{done['Location']}progress/").content.decode()


def test_the_api_counts_and_replays(events: list[InboundEvent], client: Client, owner: Any) -> None:
    client.force_login(owner)
    url = "/api/v1/webhooks/events/replay"
    body = {"state": "failed", "type": "BOUGHT"}
    dry = client.post(url, body | {"dryRun": True}, content_type="application/json")
    assert (dry.status_code, dry.json()) == (200, {"count": 3, "replay": None})
    assert not EventReplay.objects.exists()
    done = client.post(url, body, content_type="application/json")
    assert (done.status_code, done.json()["count"]) == (202, 3)
    run_replays()
    shown = client.get(f"/api/v1/webhooks/replays/{done.json()['replay']['id']}").json()
    assert (shown["state"], shown["replayed"]) == ("DONE", 3)
    listed = client.get("/api/v1/webhooks/events?since=2026-11-21&state=failed").json()
    assert [one["eventId"] for one in listed["items"]] == ["5"]
