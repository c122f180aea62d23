"""The Allegro sandbox as a process of its own, for any test that needs one.

server = SandboxServer(offers=50, orders=20).start()
server.control("POST", "/purchases", {"seller": "sklep_lipowa", "lines": [...]})
server.stop()
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

CLIENT_ID = "allegro-hub-demo"
CLIENT_SECRET = "allegro-hub-demo-secret"
APP_NAME = "AllegroHub"
USER_AGENT = f"{APP_NAME}/1.0.0 (+https://allegro-hub.example/about)"
PUBLIC = "application/vnd.allegro.public.v1+json"
REDIRECT_URI = "http://127.0.0.1:9/callback"
_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 15


class SandboxServer:
    """One sandbox process on a free port. Use ``start`` and ``stop``, or a ``with`` block."""

    def __init__(
        self,
        *,
        seed: int = 7,
        sellers: int = 2,
        offers: int = 40,
        orders: int = 15,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self._command = [
            sys.executable, "-m", "sandbox", "--port", "0", "--seed", str(seed),
            "--sellers", str(sellers), "--offers", str(offers), "--orders", str(orders),
            *arguments,
        ]  # fmt: skip
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self.base_url = ""
        self.client_id = CLIENT_ID
        self.client_secret = CLIENT_SECRET

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the sandbox is not running")
        return self._process.pid

    @property
    def url(self) -> str:
        """The same as ``base_url``."""
        return self.base_url

    @property
    def auth_url(self) -> str:
        return f"{self.base_url}/auth/oauth"

    def start(self) -> Self:
        """Start and wait until it listens. Raises RuntimeError when it does not."""
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            self._command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        line = self._first_line()
        if "listening on " not in line:
            self.stop()
            raise RuntimeError(f"the sandbox did not start: {line!r}")
        self.base_url = line.rsplit("listening on ", 1)[1].strip()
        return self

    def _first_line(self) -> str:
        stream = self._process.stdout if self._process else None
        if stream is None:
            return ""
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True)
        reader.start()
        try:
            return lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            return ""

    def stop(self) -> None:
        """End the process, by its own id, and wait until it is gone."""
        self._session.close()
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
        if process.stdout is not None:
            process.stdout.close()

    # --- the control API

    def control(self, method: str, path: str, json: Any = None) -> Any:
        """Call ``/_control{path}``; returns the parsed answer. Raises AssertionError on refusal."""
        response = self._session.request(
            method, f"{self.base_url}/_control{path}", json=json, timeout=60
        )
        assert response.ok, f"{method} /_control{path}: {response.status_code} {response.text}"
        return response.json()

    def reset(self, **size: int) -> None:
        """Back to the seeded state; ``sellers``, ``offers``, ``orders``, ``seed`` may be given."""
        self.control("POST", "/reset", size or None)

    def advance(self, seconds: float) -> None:
        self.control("POST", "/clock", {"advance": seconds})

    def sellers(self) -> list[str]:
        """Logins, in the order of seeding."""
        return [seller["login"] for seller in self.control("GET", "/sellers")["sellers"]]

    def seller(self, login: str) -> dict[str, Any]:
        """The true state of a seller: offers, orders, returns, refunds."""
        found: dict[str, Any] = self.control("GET", f"/sellers/{login}")
        return found

    def buy(self, login: str, lines: dict[str, int], **wish: Any) -> str:
        """Buy (offer id -> quantity). Returns the id of the checkout form."""
        wanted = [{"offerId": key, "quantity": value} for key, value in lines.items()]
        body = {"seller": login, "lines": wanted, **wish}
        return str(self.control("POST", "/purchases", body)["checkoutFormId"])

    # --- access without a browser

    def authorization_code(
        self, login: str, *, verifier: str | None = None, scope: str | None = None, **more: str
    ) -> str:
        """Consent as the seller by posting the form of the consent page. Returns the code."""
        values = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "state": "s",
            "login": login,
            "decision": "allow",
            **more,
        }
        if verifier is not None:
            digest = hashlib.sha256(verifier.encode()).digest()
            values["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            values["code_challenge_method"] = "S256"
        if scope is not None:
            values["scope"] = scope
        response = requests.post(
            f"{self.auth_url}/authorize", data=values, allow_redirects=False, timeout=10
        )
        answer = parse_qs(urlsplit(response.headers["Location"]).query)
        return answer["code"][0]

    def token_request(self, **form: str) -> requests.Response:
        return requests.post(
            f"{self.auth_url}/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=10
        )

    def tokens(self, login: str, scope: str | None = None) -> dict[str, Any]:
        """A pair of tokens for the seller, through consent and code exchange."""
        verifier = secrets.token_urlsafe(48)
        code = self.authorization_code(login, verifier=verifier, scope=scope)
        response = self.token_request(
            grant_type="authorization_code",
            code=code,
            redirect_uri=REDIRECT_URI,
            code_verifier=verifier,
        )
        assert response.status_code == 200, response.text
        found: dict[str, Any] = json.loads(response.text)
        return found


# What takes time on Allegro and would make tests wait.
NO_DELAYS = dict.fromkeys(
    (
        "listingLagSeconds",
        "commandDelaySeconds",
        "operationDelaySeconds",
        "qualificationDelaySeconds",
        "refundDelaySeconds",
        "invoiceScanSeconds",
    ),
    0,
)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """One sandbox process for the whole run. Tests take :func:`sandbox`, which resets it."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> SandboxServer:
    """The sandbox in its seeded state (2 sellers, 40 offers and 15 orders each), without delays."""
    sandbox_server.reset()
    sandbox_server.control("POST", "/settings", NO_DELAYS)
    return sandbox_server
