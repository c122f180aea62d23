"""Signed posts stored in the inbox, beside a view that only answers 202 in the same server."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from itertools import count
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.bench.shop import SERVED, new_shop, vacuum
from tests.measures import Result, measure
from tests.web_server import web_server

if TYPE_CHECKING:
    from webhooks.models import WebhookEndpoint

CLIENTS = 4
POSTS = 300
ROUNDS = 3
Post = tuple[bytes, dict[str, str]]


@measure("webhooks: signed posts stored, per second")
def posts() -> Result:
    from django.utils import timezone

    from webhooks.models import InboundEvent
    from webhooks.operations import create_endpoint

    organization, owner = new_shop()
    endpoint, secret = create_endpoint(
        organization=organization, name="bench", actor=owner, now=timezone.now()
    )
    vacuum()
    signed = signed_posts(endpoint, secret)
    served = SERVED | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    with web_server("allegro_hub.wsgi:application", ready="/health", **served) as address:
        rounds = [
            (
                per_second(address, "/api/v1/webhooks/allegro", signed),
                per_second(address, "/bench/accepted", signed),
            )
            for _ in range(ROUNDS)
        ]
    stored = InboundEvent.objects.filter(organization=organization).count()
    assert stored == ROUNDS * CLIENTS * POSTS, f"{stored} stored"
    # Three queries and a hint to Valkey for each post, and both share the machine with the senders.
    return Result(
        median(ours for ours, _ in rounds),
        median(bare for _, bare in rounds),
        goal=0.1,
        unit="/s",
    )


def signed_posts(endpoint: WebhookEndpoint, secret: str) -> Iterator[Post]:
    """Events with ids of their own, as a relay sends them."""
    from webhooks.operations.receiving import signature

    for number in count():
        body = json.dumps(
            {
                "id": f"event-{number}",
                "type": "READY_FOR_PROCESSING",
                "occurredAt": "2026-11-20T09:00:00Z",
                "order": {"checkoutForm": {"id": f"form-{number}", "revision": "abc"}},
            }
        ).encode()
        timestamp = str(int(time.time()))
        yield (
            body,
            {
                "Content-Type": "application/json",
                "X-Hub-Endpoint": endpoint.public_id,
                "X-Hub-Timestamp": timestamp,
                "X-Hub-Signature": f"v1={signature(secret, timestamp, body)}",
            },
        )


def per_second(address: str, path: str, source: Iterator[Post]) -> float:
    """Post as fast as CLIENTS keep-alive connections can; every answer has to be 202."""
    shares = [[next(source) for _ in range(POSTS)] for _ in range(CLIENTS)]
    wrong: list[int] = []
    threads = [
        threading.Thread(target=post_all, args=(address, path, share, wrong)) for share in shares
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise AssertionError(f"{path} answered {wrong[0]}")
    return CLIENTS * POSTS / (time.perf_counter() - started)


def post_all(address: str, path: str, posts: list[Post], wrong: list[int]) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    for body, headers in posts:
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != 202:
            wrong.append(response.status)
            return
    connection.close()
