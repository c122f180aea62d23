"""A real web server with our application, for measures and browser tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.places import free_port

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def web_server(application: str, *, ready: str = "/", **environment: str) -> Iterator[str]:
    """Serve a WSGI application with granian as `make run` does; yields its address."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws",
        "--log-level", "error", application,
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(address + ready, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} does not answer") from error
        time.sleep(0.1)
