"""The whole product as `make run` starts it, from a copy of the checkout, on free ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

from launcher.places import free_port
from tests.launcher.checkout import ROOT, STOP_SECONDS, Checkout, Held, wait_for

START_SECONDS = 150
STATE = ".run/state.json"
NOT_COPIED = (
    ".git", ".venv", ".run", "tests", "docs", "__pycache__", "*_cache", "node_modules",
)  # fmt: skip


@dataclass(frozen=True)
class Login:
    email: str
    password: str


@dataclass(frozen=True)
class Product:
    """Addresses and logins of a running product; ``control`` speaks to its Allegro sandbox.

    ``cookies`` keeps the seller's session for all windows: attempts to sign in are rate-limited.
    """

    web: str
    sandbox: str
    seller: Login
    operator: Login
    directory: Path
    log: Path
    cookies: dict[str, Any] = field(default_factory=dict, repr=False)

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of the sandbox's control interface; returns its JSON."""
        request = urllib.request.Request(
            f"{self.sandbox}/_control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            text = response.read()
        return json.loads(text) if text else None

    def offers(self, login: str) -> list[dict[str, Any]]:
        """A sandbox seller's offers as they stand now."""
        offers: list[dict[str, Any]] = self.control("GET", f"sellers/{login}")["offers"]
        return offers

    def mails_to(self, address: str) -> list[Message]:
        """What was mailed to an address, oldest first; the demo keeps mails as files."""
        found: list[Message] = []
        for path in sorted((self.directory / ".run" / "mail").glob("*.log")):
            mail = message_from_bytes(path.read_bytes().split(b"\n" + b"-" * 79)[0], policy=default)
            if address in str(mail["To"]):
                found.append(mail)
        return found


@contextmanager
def running_product() -> Iterator[Product]:
    """Start it, wait until it announces itself, stop it and remove what it kept.

    HUB_BROWSER_RUN names a checkout whose `make run` is running already; that one is used as it is.
    """
    if os.environ.get("HUB_BROWSER_RUN"):
        running = Path(os.environ["HUB_BROWSER_RUN"])
        yield _product(running, running / "run.log")
        return
    directory = Path(tempfile.mkdtemp(prefix="b-", dir="/tmp"))
    shutil.copytree(ROOT, directory / "hub", ignore=shutil.ignore_patterns(*NOT_COPIED, "launcher"))
    checkout = Checkout(directory / "hub")
    held = _launch(checkout)
    try:
        yield _announced(checkout, held)
    finally:
        _stop(held)
        subprocess.run([sys.executable, "-m", "launcher", "clean"], cwd=checkout.path, check=True)
        shutil.rmtree(directory)


def _launch(checkout: Checkout) -> Held:
    log = checkout.path / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "run", "--parent", str(os.getpid())],
            cwd=checkout.path,
            env=checkout.environment(PORT=str(free_port())),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Held(process, log)


def _announced(checkout: Checkout, held: Held) -> Product:
    wait_for((checkout.path / STATE).exists, START_SECONDS, held)
    return _product(checkout.path, held.log)


def _product(directory: Path, log: Path) -> Product:
    state = json.loads((directory / STATE).read_text())
    return Product(
        web=state["web"],
        sandbox=state["sandbox"],
        seller=Login(**state["seller"]),
        operator=Login(**state["operator"]),
        directory=directory,
        log=log,
    )


def _stop(held: Held) -> None:
    if held.process.poll() is None:
        held.process.send_signal(signal.SIGINT)
    try:
        held.process.wait(STOP_SECONDS + 10)
    except subprocess.TimeoutExpired:
        held.process.kill()
        held.process.wait()
