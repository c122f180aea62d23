"""Real workers on the test database, to be killed: of Celery, or of one piece of code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def database_url() -> str:
    """The address of the database this test runs on."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))


def start_worker(sandbox: Any, *, queue: str = "sync") -> subprocess.Popen[bytes]:
    """A worker of one queue in a process group of its own."""
    command = [
        sys.executable, "-m", "celery", "-A", "allegro_hub", "worker", "-Q", queue, "-c", "1",
        "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING",
    ]  # fmt: skip
    return _start(command, _addresses(sandbox))


def run_code(code: str, *, sandbox: Any = None, **environment: str) -> subprocess.Popen[bytes]:
    """A process of its own that runs ``code`` after Django was set up."""
    addresses = _addresses(sandbox) if sandbox else {}
    command = [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"]
    return _start(command, {**addresses, **environment})


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )


def _addresses(sandbox: Any) -> dict[str, str]:
    return {
        "ALLEGRO_SANDBOX_CLIENT_ID": sandbox.client_id,
        "ALLEGRO_SANDBOX_CLIENT_SECRET": sandbox.client_secret,
        "ALLEGRO_SANDBOX_API_URL": sandbox.url,
        "ALLEGRO_SANDBOX_AUTH_URL": sandbox.auth_url,
        "ALLEGRO_SANDBOX_UPLOAD_URL": sandbox.url,
    }


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of the worker and its children, as a crash would."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
