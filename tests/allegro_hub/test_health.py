from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.heartbeat import beat
from core.models import Heartbeat, OutboxDelivery, OutboxMessage


@pytest.fixture
def alive(db: None) -> None:
    beat("worker")
    beat("beat")


def test_health_says_alive_without_a_database(client: Any) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(alive: None, client: Any) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200, answer.json()
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == dict.fromkeys(
        ("database", "broker", "worker", "beat", "due_work"), True
    )


def test_not_ready_without_a_worker(db: None, client: Any) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == {"ok": False, "detail": "never seen"}


def test_not_ready_when_beat_fell_silent(alive: None, client: Any) -> None:
    Heartbeat.objects.filter(name="beat").update(at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["beat"]["ok"] is False
    assert answer.json()["checks"]["worker"]["ok"] is True


def test_not_ready_when_work_is_left_lying(alive: None, client: Any) -> None:
    message = OutboxMessage.objects.create(topic="test.nobody", payload={})
    OutboxDelivery.objects.create(
        message=message, handler="h", next_attempt_at=timezone.now() - timedelta(minutes=10)
    )
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["due_work"]["oldest_seconds"] >= 600


def test_not_ready_without_a_broker_and_says_only_the_kind(
    alive: None, client: Any, settings: Any
) -> None:
    settings.REDIS_URL = "redis://:hidden-password@127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"ok": False, "detail": "ConnectionError"}
    assert b"hidden-password" not in answer.content


def test_metrics_are_hidden_without_the_switch(db: None, client: Any) -> None:
    assert client.get("/metrics").status_code == 404


def test_metrics_count_what_waits(alive: None, client: Any, settings: Any) -> None:
    settings.INTERNAL_METRICS = True
    message = OutboxMessage.objects.create(topic="test.nobody", payload={})
    OutboxDelivery.objects.create(message=message, handler="h", state="DEAD")
    text = client.get("/metrics").content.decode()
    assert 'hub_work{kind="core.outboxdelivery",state="DEAD"} 1.0' in text
    assert 'hub_heartbeat_age_seconds{process="worker"}' in text
