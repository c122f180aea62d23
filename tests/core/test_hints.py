"""Hints to the workers, on a real broker and on one that is away."""

from __future__ import annotations

import logging

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import transaction

from core.hints import hint, hint_taken
from core.models import Heartbeat
from core.tasks import deliver_outbox

pytestmark = pytest.mark.django_db(transaction=True)


def waiting() -> int:
    """Tasks that lie in the default queue."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        return int(
            broker.llen(f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}default")
        )


def test_many_hints_before_a_worker_looks_are_one() -> None:
    for _ in range(3):
        with transaction.atomic():
            hint(deliver_outbox)
            hint(deliver_outbox)
            assert waiting() <= 1
    assert waiting() == 1
    hint_taken(deliver_outbox)
    with transaction.atomic():
        hint(deliver_outbox)
    assert waiting() == 2


def test_a_rolled_back_change_hints_nothing() -> None:
    with transaction.atomic():
        hint(deliver_outbox)
        transaction.set_rollback(True)
    assert waiting() == 0


def test_what_was_written_stands_when_the_broker_is_away(caplog: pytest.LogCaptureFixture) -> None:
    away = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.task_publish_retry = False
    away.conf.broker_transport_options = {"socket_connect_timeout": 1}
    task = away.task(name="tests.nobody_runs_this")(lambda: None)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        Heartbeat.objects.update_or_create(name="tests", defaults={"at": "2026-11-20T09:00:00Z"})
        hint(task)
    assert Heartbeat.objects.filter(name="tests").exists()
    assert "on_commit" in caplog.text
