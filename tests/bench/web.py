"""Requests a second over HTTP, beside a bare application in the same server."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlsplit

from tests.bench.shop import SERVED
from tests.measures import Result, measure
from tests.web_server import web_server

CLIENTS = 4
SECONDS = 3.0


def requests_per_second(address: str, path: str, headers: dict[str, str] | None = None) -> float:
    """Ask as fast as CLIENTS keep-alive connections can; every answer has to be 200."""
    counts = [0] * CLIENTS
    wrong: list[int] = []
    end = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        while time.monotonic() < end:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                wrong.append(response.status)
                return
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise AssertionError(f"{path} answered {wrong[0]}")
    return sum(counts) / (time.monotonic() - started)


@measure("web: /health through all middleware, per second")
def health_requests() -> Result:
    with web_server("tests.bench.bare:application") as bare:
        limit = requests_per_second(bare, "/")
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as ours:
        value = requests_per_second(ours, "/health")
    # All of Django's middleware in Python against two lines of it; measured 0.2.
    return Result(value, limit, goal=0.15, unit="/s")
