"""`make run` as a whole: a copy of the checkout, started, disturbed and stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher.places import free_port
from tests.launcher.checkout import (
    ROOT,
    STOP_SECONDS,
    Checkout,
    Held,
    all_gone,
    wait_for,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
NOT_COPIED = (".git", ".venv", ".run", "tests", "docs", "__pycache__", "*_cache", "node_modules")


@pytest.fixture
def product() -> Iterator[Checkout]:
    """A whole checkout, without its environment: the packages of this one serve."""
    directory = Path(tempfile.mkdtemp(prefix="r-", dir="/tmp"))
    shutil.copytree(ROOT, directory / "hub", ignore=shutil.ignore_patterns(*NOT_COPIED, "launcher"))
    checkout = Checkout(directory / "hub")
    yield checkout
    subprocess.run([sys.executable, "-m", "launcher", "clean"], cwd=checkout.path, check=True)
    shutil.rmtree(directory)


class Run:
    """A running product."""

    def __init__(self, checkout: Checkout, port: int) -> None:
        self.state_file = checkout.path / ".run" / "state.json"
        log = checkout.path / "run.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "launcher", "run"],
                cwd=checkout.path,
                env=checkout.environment(PORT=str(port)),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.held = Held(process, log)

    def wait(self) -> dict[str, Any]:
        wait_for(self.state_file.exists, 90, self.held)
        state: dict[str, Any] = json.loads(self.state_file.read_text())
        return state

    def interrupt(self) -> None:
        family = self.held.family()
        self.held.process.send_signal(signal.SIGINT)
        self.held.process.wait(STOP_SECONDS + 10)
        wait_for(lambda: all_gone(family), STOP_SECONDS)


def test_product_starts_recovers_and_stops(product: Checkout) -> None:
    port = free_port()
    run = Run(product, port)
    try:
        state = run.wait()
        assert state["web"] == f"http://127.0.0.1:{port}"
        assert set(state) == {"web", "sandbox", "seller", "operator", "pids"}
        assert status(state["web"] + "/health/ready") == 200
        assert status(state["sandbox"] + "/_control/sellers") == 200
        assert_logins_are_announced(run, state)

        os.kill(state["pids"]["worker"], signal.SIGKILL)
        wait_for(lambda: log_says(run, "starting it again"), 20, run.held)
        wait_for(lambda: run.held.has("allegro_hub worker"), 30, run.held)
        run.interrupt()
    finally:
        run.held.stop()
    assert not run.state_file.exists()

    again = Run(product, port)
    try:
        assert again.wait()["seller"] == state["seller"]
        again.interrupt()
    finally:
        again.held.stop()


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def log_says(run: Run, text: str) -> bool:
    return text in run.held.log.read_text()


def assert_logins_are_announced(run: Run, state: dict[str, Any]) -> None:
    for who in ("seller", "operator"):
        assert log_says(run, state[who]["email"])
        assert log_says(run, state[who]["password"])
    assert run.state_file.stat().st_mode & 0o077 == 0


def test_taken_port_is_named(product: Checkout) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "launcher", "run"],
            cwd=product.path,
            env=product.environment(PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert result.returncode == 1
    assert f"port {port} is taken" in result.stderr
