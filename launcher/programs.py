"""Programs and the children they become."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHIM = Path(__file__).with_name("shim.py")
APPLICATION, SERVICE = 1, 2
FIRST_PAUSE = 0.5


@dataclass(frozen=True)
class Program:
    """What to run. ``log`` keeps the output in a file instead of the terminal."""

    name: str
    command: list[str]
    environment: Mapping[str, str] | None = None
    user: str = "-"
    stop_signal: int = signal.SIGTERM
    order: int = APPLICATION
    restart: bool = True
    own_session: bool = True
    log: Path | None = None
    inherit: bool = False  # output goes straight to our own


@dataclass
class Child:
    """A running (or waiting to be restarted) program."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    pause: float = FIRST_PAUSE
    restart_at: float | None = None
    buffer: bytes = field(default=b"", repr=False)

    @property
    def group(self) -> int:
        return self.process.pid if self.program.own_session else 0


def shim(user: str, number: int) -> list[str]:
    """The start of a command line that runs the rest as *user*, dying by *number* with us."""
    return [sys.executable, "-I", "-S", str(SHIM), user, str(int(number)), str(os.getpid())]


def kill_group(group: int) -> None:
    """End whoever is left in a process group; nobody is the usual case."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def describe_exit(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
