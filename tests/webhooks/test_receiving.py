"""The signed endpoint, over real requests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.enums import WorkState
from core.models import AuditEntry
from core.signing import signature
from orders.models import Order
from tests.webhooks.conftest import stock, two_offers
from webhooks.models import InboundEvent, WebhookEndpoint
from webhooks.operations import (
    create_endpoint,
    process_inbox,
    rotate_endpoint,
    set_endpoint_active,
)

URL = "/api/v1/webhooks/allegro"


@pytest.fixture
def endpoint(organization: Any, owner: Any) -> tuple[WebhookEndpoint, str]:
    return create_endpoint(organization=organization, name="relay", actor=owner, now=timezone.now())


def post(
    endpoint: WebhookEndpoint,
    secret: str,
    body: bytes | dict[str, Any],
    *,
    at: float | str | None = None,
    url: str = URL,
    **headers: str,
) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(time.time()) if at is None else at)
    return Client().post(
        url,
        data=raw,
        content_type="application/json",
        headers={
            "X-Hub-Endpoint": endpoint.public_id,
            "X-Hub-Timestamp": timestamp,
            "X-Hub-Signature": f"v1={signature(secret, timestamp, raw)}",
            **headers,
        },
    )


BODY = {"id": "e-1", "type": "offer.updated", "payload": {"offer": {"id": "7"}}, "secret": "old"}


def test_a_signed_event_is_stored_as_it_came(endpoint: Any) -> None:
    raw = json.dumps(BODY, indent=3).encode()
    answer = post(*endpoint, raw)
    assert (answer.status_code, answer.json()["eventId"]) == (202, "e-1")
    event = InboundEvent.objects.get()
    assert bytes(event.raw) == raw
    assert (event.event_type, event.source, event.state) == ("offer.updated", "HTTP", "PENDING")
    assert event.organization_id == endpoint[0].organization_id
    assert "X-Hub-Signature" not in event.headers
    process_inbox()
    event.refresh_from_db()
    assert event.state == WorkState.DONE
    assert event.outcome


@pytest.mark.parametrize("url", [URL, f"{URL}/", "/api/webhooks/allegro"])
def test_every_published_address_answers(endpoint: Any, url: str) -> None:
    assert post(*endpoint, BODY, url=url).status_code == 202


def test_the_endpoint_can_stand_in_the_path(endpoint: Any) -> None:
    url = f"{URL}/{endpoint[0].public_id}"
    assert post(*endpoint, BODY, url=url, **{"X-Hub-Endpoint": ""}).status_code == 202


def test_the_same_event_again_is_accepted_and_stored_once(endpoint: Any) -> None:
    for expected in ("accepted", "known", "known"):
        answer = post(*endpoint, BODY)
        assert (answer.status_code, answer.json()["status"]) == (202, expected)
    assert InboundEvent.objects.count() == 1


def test_the_same_id_with_other_bytes_is_a_conflict(endpoint: Any) -> None:
    post(*endpoint, BODY)
    answer = post(*endpoint, BODY | {"type": "order.created"})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_bytes")
    assert answer["Content-Type"] == "application/problem+json"
    assert InboundEvent.objects.get().event_type == "offer.updated"


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "e\u0000-1"},
        {"type": "offer\u0000.updated"},
        {"type": "\ud800"},
        {"payload": {"order": {"id": "f\u0000\udfff"}}},
        {"occurredAt": "0001-01-01T00:00:00+14:00"},
        {"occurredAt": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_what_postgresql_cannot_keep_or_give_back_stops_no_inbox(
    endpoint: Any, odd: dict[str, Any]
) -> None:
    """One sender's odd event must not stand in the way of everybody's."""
    assert post(*endpoint, BODY | {"id": "e-1"} | odd).status_code == 202
    assert post(*endpoint, BODY | {"id": "e-2"}).status_code == 202
    process_inbox()
    assert list(InboundEvent.objects.values_list("state", flat=True)) == [WorkState.DONE] * 2


@pytest.mark.parametrize(
    "spoil",
    [
        {"X-Hub-Signature": "v1=" + "0" * 64},
        {"X-Hub-Signature": ""},
        {"X-Hub-Signature": "v1=żółć"},
        {"X-Hub-Signature": "v2=abc"},
        {"X-Hub-Timestamp": "1"},
        {"X-Hub-Timestamp": ""},
        {"X-Hub-Timestamp": "١٢٣"},
        {"X-Hub-Timestamp": "9" * 30},
        {"X-Hub-Endpoint": "somebody"},
        {"X-Hub-Endpoint": ""},
    ],
)
def test_wrong_old_and_missing_signatures_are_refused_alike(
    endpoint: Any, spoil: dict[str, str]
) -> None:
    answer = post(*endpoint, BODY, **spoil)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_verified")
    assert not InboundEvent.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-290, 202), (290, 202), (-310, 401), (310, 401)])
def test_clocks_may_differ_by_five_minutes(endpoint: Any, seconds: int, status: int) -> None:
    assert post(*endpoint, BODY, at=int(time.time()) + seconds).status_code == status


def test_a_changed_body_does_not_pass_with_the_old_signature(endpoint: Any) -> None:
    raw = json.dumps(BODY).encode()
    timestamp = str(int(time.time()))
    signed = f"v1={signature(endpoint[1], timestamp, raw)}"
    answer = post(
        *endpoint, raw.replace(b"e-1", b"e-2"), at=timestamp, **{"X-Hub-Signature": signed}
    )
    assert answer.status_code == 401


def test_a_secret_of_another_endpoint_opens_nothing(endpoint: Any, other_organization: Any) -> None:
    _other, secret = create_endpoint(
        organization=other_organization, name="x", actor=None, now=timezone.now()
    )
    assert post(endpoint[0], secret, BODY).status_code == 401


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'"x"', b"{}", b'{"id": null}', b'{"id": {"a": 1}}', b"\xff\xfe"]
)
def test_what_is_no_event_is_told_so(endpoint: Any, raw: bytes) -> None:
    assert post(*endpoint, raw).status_code == 400
    assert not InboundEvent.objects.exists()


def test_the_id_may_stand_in_a_header(endpoint: Any) -> None:
    assert post(*endpoint, {"type": "x"}, **{"X-Hub-Event-Id": "h-1"}).status_code == 202
    assert InboundEvent.objects.get().event_id == "h-1"


def test_a_body_that_is_too_large_is_refused_unread(endpoint: Any, settings: Any) -> None:
    settings.WEBHOOK_MAX_BODY = 1000
    fits = json.dumps({"id": "1", "x": ""}).encode()
    fits = fits[:-2] + b"a" * (1000 - len(fits)) + fits[-2:]
    assert len(fits) == 1000
    assert post(*endpoint, fits).status_code == 202
    assert post(*endpoint, fits[:-2] + b'a"}').status_code == 413
    assert InboundEvent.objects.count() == 1


def test_other_methods_are_told_what_is_allowed(endpoint: Any) -> None:
    answer = Client().get(URL)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_both_secrets_work_while_senders_change_over(endpoint: Any, owner: Any) -> None:
    address, old = endpoint
    address, new = rotate_endpoint(endpoint=address, actor=owner, now=timezone.now())
    assert old != new
    assert post(address, old, BODY | {"id": "1"}).status_code == 202
    assert post(address, new, BODY | {"id": "2"}).status_code == 202
    WebhookEndpoint.objects.update(previous_valid_until=timezone.now() - timedelta(seconds=1))
    assert post(address, old, BODY | {"id": "3"}).status_code == 401
    assert post(address, new, BODY | {"id": "4"}).status_code == 202


def test_a_closed_endpoint_answers_like_none(endpoint: Any, owner: Any) -> None:
    address, secret = endpoint
    set_endpoint_active(endpoint=address, active=False, actor=owner, now=timezone.now())
    assert post(address, secret, BODY).status_code == 401


def test_secrets_lie_sealed_and_unlogged(endpoint: Any) -> None:
    _address, secret = endpoint
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM webhooks_webhookendpoint e")
        assert secret not in cursor.fetchone()[0]
    assert secret not in json.dumps(list(AuditEntry.objects.values("before", "after")))


def test_a_post_takes_few_statements(endpoint: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        assert post(*endpoint, BODY).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_thirty_posts_of_one_event_at_once_store_it_once(organization: Any) -> None:
    address, secret = create_endpoint(
        organization=organization, name="x", actor=None, now=timezone.now()
    )

    def one(number: int) -> int:
        try:
            body = BODY if number % 3 else BODY | {"type": "other"}
            return int(post(address, secret, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(one, range(30)))
    assert InboundEvent.objects.count() == 1
    assert set(answers) == {202, 409}


@pytest.mark.parametrize("kind", ["order.created", "order.updated"])
def test_a_posted_order_event_has_the_order_read_again(
    allegro: Any, account: Any, login: str, shelf: Any, endpoint: Any, kind: str
) -> None:
    first, _second = two_offers(shelf)
    form_id = allegro.buy(login, {first: 2})
    body = {"id": "o-1", "eventType": kind, "payload": {"order": {"id": form_id, "lineItems": []}}}
    assert post(*endpoint, body).status_code == 202
    process_inbox()
    assert Order.objects.get().checkout_form_id == form_id
    assert stock(shelf[first]) == (20, 2)
    assert InboundEvent.objects.get().outcome == "Order recorded"


def test_a_posted_order_of_nobody_is_marked_so(allegro: Any, account: Any, endpoint: Any) -> None:
    body = {
        "id": "o-1", "type": "order.updated",
        "payload": {"order": {"id": "00000000-0000-11e8-ac45-09db60ede9d6"}},
    }  # fmt: skip
    post(*endpoint, body)
    process_inbox()
    event = InboundEvent.objects.get()
    assert (event.state, event.outcome) == (
        WorkState.DONE, "No account of yours knows this order",
    )  # fmt: skip
    assert not Order.objects.exists()


def test_with_two_accounts_the_one_that_has_the_order_is_found(
    allegro: Any, account: Any, organization: Any, owner: Any, endpoint: Any,
    capsys: Callable[..., Any],
) -> None:  # fmt: skip
    from tests.integrations import connect

    other_login = allegro.sellers()[1]
    other = connect(organization=organization, user=owner, sandbox=allegro, login=other_login)
    offer = next(o for o in allegro.seller(other_login)["offers"] if o["available"] > 1)
    form_id = allegro.buy(other_login, {offer["id"]: 1})
    post(*endpoint, {"id": "o", "type": "order.created", "payload": {"order": {"id": form_id}}})
    process_inbox()
    assert Order.objects.get().integration == other
