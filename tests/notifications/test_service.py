"""The operator's notification service: a real HTTP server that keeps what it gets."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from core.enums import WorkState
from notifications.enums import Event, Severity
from notifications.models import ServiceDelivery
from notifications.operations import deliver_to_service, notify

SECRET = "shared-by-both-sides"


class Service(ThreadingHTTPServer):
    answers: list[int]
    posts: list[tuple[str, dict[str, str], bytes]]


class Keeper(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 202
        self.send_response(status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), Keeper)
    server.answers, server.posts = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.NOTIFICATION_SERVICE_URL = f"http://127.0.0.1:{server.server_port}/notices"
    settings.NOTIFICATION_SERVICE_SECRET = SECRET
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def tell(organization: Organization, owner: User, staff: User) -> Any:
    def told() -> None:
        notify(
            organization_id=organization.pk,
            event=Event.STOCK_BRAKE,
            severity=Severity.DANGER,
            title="The brake stopped 40 offers",
            link="/offers/",
            now=timezone.now(),
        )

    return told


def test_a_notice_is_posted_once_signed_and_names_nobody(
    service: Service, tell: Any, owner: User
) -> None:
    tell()
    deliver_to_service()
    deliver_to_service()
    ((path, headers, body),) = service.posts
    assert path == "/notices"
    signed = headers["X-Hub-Timestamp"].encode() + b"." + body
    wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature"] == f"v1={wanted}"
    assert abs(int(headers["X-Hub-Timestamp"]) - time.time()) < 300
    told = json.loads(body)
    assert told["title"] == "The brake stopped 40 offers"
    assert told["url"].endswith("/offers/")
    assert headers["X-Hub-Event-Id"] == told["id"]
    assert owner.email.encode() not in body
    assert ServiceDelivery.objects.get().state == WorkState.DONE


def test_a_service_that_is_down_gets_it_later(service: Service, tell: Any) -> None:
    service.answers = [503]
    tell()
    deliver_to_service()
    waiting = ServiceDelivery.objects.get()
    assert (waiting.state, waiting.attempts) == (WorkState.PENDING, 1)
    assert "503" in waiting.last_error
    ServiceDelivery.objects.update(next_attempt_at=timezone.now())
    deliver_to_service()
    assert ServiceDelivery.objects.get().state == WorkState.DONE
    assert service.posts[0][1]["X-Hub-Event-Id"] == service.posts[1][1]["X-Hub-Event-Id"]


def test_a_redirect_is_not_followed_and_waits_for_the_operator(
    service: Service, tell: Any, operator: User, page: Any
) -> None:
    service.answers = [307]
    tell()
    deliver_to_service()
    stuck = ServiceDelivery.objects.get()
    assert stuck.state == WorkState.WAITING_FOR_PERSON
    assert [path for path, _headers, _body in service.posts] == ["/notices"]
    page(operator).post(
        reverse("admin:notifications_servicedelivery_changelist"),
        {"action": "deliver_again", "_selected_action": [stuck.pk]},
    )
    deliver_to_service()
    assert ServiceDelivery.objects.get().state == WorkState.DONE


def test_without_a_service_nothing_is_written(tell: Any) -> None:
    tell()
    assert not ServiceDelivery.objects.exists()
