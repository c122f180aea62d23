"""The endpoint before the framework: it answers what it stored, and leaves every refusal to Django."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone

from core.signing import signature
from webhooks.api.short_path import stores_posts_first
from webhooks.models import InboundEvent, WebhookEndpoint
from webhooks.operations import create_endpoint, rotate_endpoint, set_endpoint_active
from webhooks.operations.direct import Direct

URL = "/api/v1/webhooks/allegro"
BODY = {"id": "e-1", "type": "offer.updated"}
pytestmark = pytest.mark.django_db(transaction=True)


class Site:
    """The application as the server calls it, and how often Django was asked."""

    def __init__(self) -> None:
        self.asked = 0
        django = get_wsgi_application()

        def counted(environ: Any, start_response: Any) -> Any:
            self.asked += 1
            return django(environ, start_response)

        self.direct = Direct()
        self._application = stores_posts_first(counted, self.direct)

    def post(
        self, endpoint: WebhookEndpoint, secret: str, content: Any, *, path: str = URL, **more: str
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        timestamp = str(int(time.time()))
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.input": io.BytesIO(raw),
            "CONTENT_LENGTH": str(len(raw)),
            "CONTENT_TYPE": "application/json",
            "HTTP_X_HUB_ENDPOINT": endpoint.public_id,
            "HTTP_X_HUB_TIMESTAMP": timestamp,
            "HTTP_X_HUB_SIGNATURE": f"v1={signature(secret, timestamp, raw)}",
            **more,
        }
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            told.extend([int(status.split(maxsplit=1)[0]), dict(headers)])

        answer = self._application(environ, start_response)
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told[0], told[1], json.loads(body)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.direct.close()
    connection.close()


@pytest.fixture
def endpoint(organization: Any, owner: Any) -> tuple[WebhookEndpoint, str]:
    return create_endpoint(organization=organization, name="relay", actor=owner, now=timezone.now())


def test_a_signed_event_is_stored_as_it_came_without_django(site: Site, endpoint: Any) -> None:
    raw = json.dumps(BODY | {"occurredAt": "2026-11-20T09:00:00Z"}, indent=2).encode()
    status, headers, body = site.post(*endpoint, raw, HTTP_X_CORRELATION_ID="caller-0001")
    assert (status, body, site.asked) == (202, {"status": "accepted", "eventId": "e-1"}, 0)
    assert headers["X-Correlation-Id"] == "caller-0001"
    event = InboundEvent.objects.get()
    assert bytes(event.raw) == raw
    assert (event.state, event.source, event.event_type) == ("PENDING", "HTTP", "offer.updated")
    assert event.organization_id == endpoint[0].organization_id
    assert event.headers["Content-Type"] == "application/json"
    assert "X-Hub-Signature" not in event.headers
    assert event.occurred_at is not None


def test_the_endpoint_may_stand_in_the_path(site: Site, endpoint: Any) -> None:
    path = f"/api/webhooks/allegro/{endpoint[0].public_id}/"
    assert site.post(*endpoint, BODY, path=path, HTTP_X_HUB_ENDPOINT="")[0] == 202
    assert site.asked == 0


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"HTTP_X_HUB_SIGNATURE": "v1=" + "0" * 64}, 401),
        ({"HTTP_X_HUB_TIMESTAMP": "1"}, 401),
        ({"HTTP_X_HUB_ENDPOINT": "nobody"}, 401),
        ({"CONTENT_LENGTH": str(10**9)}, 413),
        ({"REQUEST_METHOD": "PUT"}, 405),
    ],
)
def test_refusals_are_djangos(site: Site, endpoint: Any, more: dict[str, str], status: int) -> None:
    answered, headers, _body = site.post(*endpoint, BODY, **more)
    assert (answered, site.asked) == (status, 1)
    assert headers["Content-Type"] == "application/problem+json"
    assert not InboundEvent.objects.exists()


def test_a_known_id_is_told_so_and_other_bytes_are_a_conflict(site: Site, endpoint: Any) -> None:
    assert site.post(*endpoint, BODY)[2]["status"] == "accepted"
    assert site.post(*endpoint, BODY)[2]["status"] == "known"
    assert site.post(*endpoint, BODY | {"type": "other"})[0] == 409
    assert InboundEvent.objects.get().event_type == "offer.updated"


def test_a_new_secret_works_at_once_and_the_old_one_on(
    site: Site, endpoint: Any, owner: Any
) -> None:
    address, old = endpoint
    assert site.post(address, old, BODY | {"id": "1"})[0] == 202  # now it is remembered
    _address, new = rotate_endpoint(endpoint=address, actor=owner, now=timezone.now())
    assert site.post(address, new, BODY | {"id": "2"})[0] == 202
    assert site.post(address, old, BODY | {"id": "3"})[0] == 202
    assert site.post(address, new, BODY | {"id": "4"})[0] == 202
    rotate_endpoint(endpoint=address, actor=owner, now=timezone.now())
    assert site.post(address, old, BODY | {"id": "5"})[0] == 401
    assert InboundEvent.objects.count() == 4


def test_a_closed_endpoint_is_closed_at_once(site: Site, endpoint: Any, owner: Any) -> None:
    address, secret = endpoint
    assert site.post(address, secret, BODY)[0] == 202
    set_endpoint_active(endpoint=address, active=False, actor=owner, now=timezone.now())
    assert site.post(address, secret, BODY | {"id": "2"})[0] == 401
    assert InboundEvent.objects.count() == 1


def test_a_broken_connection_loses_nothing(site: Site, endpoint: Any) -> None:
    assert site.post(*endpoint, BODY | {"id": "1"})[0] == 202
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1
    assert site.post(*endpoint, BODY | {"id": "2"})[0] == 202
    assert InboundEvent.objects.count() == 2


def test_many_at_once_store_each_event_once(site: Site, endpoint: Any) -> None:
    def one(number: int) -> int:
        try:
            return site.post(*endpoint, BODY | {"id": f"e-{number % 20}"})[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(one, range(100))) == {202}
    assert InboundEvent.objects.count() == 20


def test_other_hosts_and_plain_http_are_left_to_django(
    site: Site, endpoint: Any, settings: Any
) -> None:
    from webhooks.api import short_path

    short_path._belongs_here.cache_clear()
    settings.ALLOWED_HOSTS = ["hub.example"]
    assert site.post(*endpoint, BODY, HTTP_HOST="evil.example")[0] == 400
    assert site.asked == 1
    assert site.post(*endpoint, BODY, HTTP_HOST="hub.example:8000")[0] == 202
    assert site.asked == 1
    short_path._belongs_here.cache_clear()
