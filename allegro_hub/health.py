"""Is it alive, is it ready, and if not, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from allegro_hub.durable import oldest_due
from core.heartbeat import STALE_AFTER, last_beats

LATE_AFTER = timedelta(minutes=5)


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and beat, and the age of the oldest due work; 503 when one fails."""
    checks = {name: _run(check) for name, check in CHECKS.items()}
    healthy = all(check["ok"] for check in checks.values())
    return JsonResponse(
        {"status": "ready" if healthy else "not ready", "checks": checks},
        status=200 if healthy else 503,
    )


def _run(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as error:
        return {"ok": False, "detail": type(error).__name__}


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _broker() -> dict[str, Any]:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return {"ok": bool(client.ping())}
    finally:
        client.close()


def _process(name: str) -> Callable[[], dict[str, Any]]:
    def check() -> dict[str, Any]:
        seen = last_beats().get(name)
        if seen is None:
            return {"ok": False, "detail": "never seen"}
        age = (timezone.now() - seen).total_seconds()
        return {"ok": age < STALE_AFTER.total_seconds(), "seconds_since_seen": round(age)}

    return check


def _due_work() -> dict[str, Any]:
    oldest = oldest_due(now=timezone.now())
    if oldest is None:
        return {"ok": True, "oldest_seconds": 0}
    age = timezone.now() - oldest
    return {"ok": age < LATE_AFTER, "oldest_seconds": round(age.total_seconds())}


CHECKS: dict[str, Callable[[], dict[str, Any]]] = {
    "database": _database,
    "broker": _broker,
    "worker": _process("worker"),
    "beat": _process("beat"),
    "due_work": _due_work,
}
