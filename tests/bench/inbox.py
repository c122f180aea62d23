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
# The first posts of a connection open it, and the server's own to the database.
WARM_UP = 20
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
    # Ours goes before the framework and stores; the bare view goes through all middleware and does not.
    return Result(
        median(ours for ours, _ in rounds),
        median(bare for _, bare in rounds),
        goal=0.5,
        unit="/s",
    )


@measure("webhooks: slowest posts at half load")
def slow_posts() -> Result:
    """p99 in its own medians, four senders keeping to half of what the endpoint can take."""
    from django.utils import timezone

    from webhooks.operations import create_endpoint

    organization, owner = new_shop()
    endpoint, secret = create_endpoint(
        organization=organization, name="bench", actor=owner, now=timezone.now()
    )
    vacuum()
    signed = signed_posts(endpoint, secret)
    path = "/api/v1/webhooks/allegro"
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as address:
        rate = per_second(address, path, signed)
        taken = sorted(paced(address, path, signed, rate / 2))
    return Result(
        taken[int(len(taken) * 0.99)] * 1000, median(taken) * 1000, 5.0, "ms", at_most=True
    )


def signed_posts(endpoint: WebhookEndpoint, secret: str) -> Iterator[Post]:
    """Events with ids of their own, as a relay sends them."""
    from core.signing import signature

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


def paced(address: str, path: str, source: Iterator[Post], rate: float) -> list[float]:
    """Seconds each post took, sent at ``rate`` a second whether or not earlier ones were slow."""
    taken: list[float] = []
    shares = [[next(source) for _ in range(POSTS)] for _ in range(CLIENTS)]
    began = time.perf_counter() + 0.1

    def send(number: int, share: list[Post]) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        for index, (body, headers) in enumerate(share):
            wanted = began + (index * CLIENTS + number) / rate
            time.sleep(max(0.0, wanted - time.perf_counter()))
            sent = time.perf_counter()
            connection.request("POST", path, body=body, headers=headers)
            response = connection.getresponse()
            response.read()
            assert response.status == 202
            if index >= WARM_UP:
                taken.append(time.perf_counter() - sent)
        connection.close()

    threads = [
        threading.Thread(target=send, args=(number, share)) for number, share in enumerate(shares)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == CLIENTS * (POSTS - WARM_UP)
    return taken


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
