"""A PostgreSQL server an earlier launcher left: recognise it, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from launcher.errors import LauncherError
from launcher.places import is_running


def is_server(pid: int) -> bool:
    """Whether that process is a PostgreSQL server rather than a later owner of the number."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        result = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
        )
        return "postgres" in result.stdout


def stop_server(pid: int, seconds: float = 20.0) -> None:
    """Stop a server that outlived its launcher; raises LauncherError when it will not go."""
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > deadline:
            raise LauncherError(f"another PostgreSQL (process {pid}) uses this directory")
        time.sleep(0.05)
