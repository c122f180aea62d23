"""PostgreSQL and Valkey for a command, for tests, or left running in the background."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import LauncherError, Stopped
from launcher.output import Terminal
from launcher.places import ROOT, RunDirectory
from launcher.postgres import NAME as POSTGRES
from launcher.postgres import Postgres
from launcher.programs import Program
from launcher.secrets_file import demo_secrets
from launcher.supervisor import Supervisor
from launcher.valkey import Valkey

USER_AGENT = "AllegroHub/1.0 (+https://allegro-hub.example/about)"


def start_services(supervisor: Supervisor, run: RunDirectory) -> dict[str, str]:
    """Start what the environment does not name already; returns the two addresses."""
    addresses = {n: os.environ[n] for n in ("DATABASE_URL", "REDIS_URL") if os.environ.get(n)}
    if "REDIS_URL" not in addresses:
        valkey = Valkey(run)
        valkey.start(supervisor)
        addresses["REDIS_URL"] = valkey.url()
    if "DATABASE_URL" not in addresses:
        postgres = Postgres(run)
        postgres.start(supervisor)
        addresses["DATABASE_URL"] = postgres.url()
        supervisor.before_restart = lambda program: (
            postgres.before_restart() if program.name == POSTGRES else None
        )
    return addresses


def test_environment(run: RunDirectory, addresses: dict[str, str]) -> dict[str, str]:
    """What Django needs to start for checks and tests; values already set win."""
    secrets = demo_secrets(run)
    fixed = {"HUB_ENV": "test", "DJANGO_SETTINGS_MODULE": "allegro_hub.settings"}
    defaults = {
        "HUB_BASE_URL": "http://localhost:8000",
        "ALLEGRO_USER_AGENT": USER_AGENT,
        **{name: secrets[name] for name in ("SECRET_KEY", "HUB_MASTER_KEYS")},
        "MEDIA_ROOT": str(run.path / "media"),
        "LOG_LEVEL": "WARNING",
    }
    kept = {name: os.environ[name] for name in defaults if os.environ.get(name)}
    return defaults | kept | fixed | addresses


@contextmanager
def services(run: RunDirectory, *, parent: int = 0) -> Iterator[tuple[Supervisor, dict[str, str]]]:
    """Services for as long as the block lasts, with the environment that leads to them."""
    run.acquire()
    terminal = Terminal(sys.stderr)
    with Supervisor(terminal, lock_file=run.lock_file) as supervisor:
        supervisor.parent = parent
        yield supervisor, test_environment(run, start_services(supervisor, run))


def run_command(run: RunDirectory, command: list[str], *, parent: int = 0) -> int:
    """Run *command* with services around it; returns its exit status (128 + n for a signal)."""
    try:
        with services(run, parent=parent) as (supervisor, environment):
            program = Program(
                "command",
                command,
                environment=os.environ | environment,
                restart=False,
                own_session=False,  # the terminal's Ctrl-C reaches it as usual
                inherit=True,
            )
            status = supervisor.complete(program)
    except Stopped as stopped:
        return 128 + stopped.signal_number
    return status if status >= 0 else 128 - status


def hold(run: RunDirectory) -> int:
    """Keep services running until a signal; ``env`` in the run directory says how to use them."""
    try:
        with services(run) as (supervisor, environment):
            lines = [f"export {name}={shlex.quote(v)}" for name, v in environment.items()]
            run.write_text("env", "\n".join(lines) + "\n")
            supervisor.run_forever()
    except Stopped:
        pass
    finally:
        (run.path / "env").unlink(missing_ok=True)
    return 0


def detach(run: RunDirectory, name: str) -> int:
    """Start :func:`hold` in the background and return when it is ready."""
    run.create()
    ready = run.path / "env"
    if not (run.in_use() and ready.exists()):
        ready.unlink(missing_ok=True)
        _wait_for(ready, _spawn_holder(run, name))
    print(f"services are running; use them with:  . {ready.relative_to(ROOT)}")
    return 0


def _spawn_holder(run: RunDirectory, name: str) -> subprocess.Popen[bytes]:
    log = os.open(run.path / "launcher.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    command = [sys.executable, "-m", "launcher", "services", "--name", name, "--hold"]
    try:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        os.close(log)


def _wait_for(ready: Path, process: subprocess.Popen[bytes], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            words = (ready.parent / "launcher.log").read_text(errors="replace").strip()
            raise LauncherError(f"the services did not start:\n{words}")
        time.sleep(0.05)
    process.returncode = 0  # it stays behind on purpose; no warning about an unreaped child


def stop_detached(run: RunDirectory, seconds: float = 30.0) -> int:
    """Stop background services; doing it twice is no error."""
    owner = run.owner()
    if not run.in_use() or not (run.path / "env").exists():
        print("nothing is running")
        return 0
    os.kill(owner, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while run.in_use():
        if time.monotonic() > deadline:
            raise LauncherError(f"process {owner} did not stop")
        time.sleep(0.05)
    print("stopped")
    return 0
