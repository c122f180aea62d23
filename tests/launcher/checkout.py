"""A second checkout for the launcher to run in, and a look at the processes it leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 40.0
STOP_SECONDS = 20.0


class Checkout:
    """A directory with a copy of the launcher; everything it starts stays below it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        shutil.copytree(
            ROOT / "launcher", path / "launcher", ignore=shutil.ignore_patterns("__pycache__")
        )

    def environment(self, **extra: str) -> dict[str, str]:
        ours = {"DATABASE_URL", "REDIS_URL", "PORT"}
        return {name: v for name, v in os.environ.items() if name not in ours} | extra

    def services(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run a command with services around it, to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.path,
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            timeout=90,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "launcher", "services", "--name", "t", *arguments]

    @contextmanager
    def held(self, *prefix: str, arguments: tuple[str, ...] = ("--hold",)) -> Iterator[Held]:
        """Services that stay; whatever the test left running is ended afterwards."""
        with self._launch([*prefix, *self.command(*arguments)]) as held:
            if arguments == ("--hold",):
                wait_for(self.env_file.exists, START_SECONDS, held)
            yield held

    @contextmanager
    def _launch(self, command: list[str]) -> Iterator[Held]:
        log = self.path / "launcher.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=self.path,
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        held = Held(process, log)
        try:
            yield held
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(STOP_SECONDS)

    @property
    def env_file(self) -> Path:
        return self.path / ".run" / "t" / "env"

    def addresses(self) -> dict[str, str]:
        """What ``env`` says; values are quoted for a shell."""
        script = f". {shell_quote(self.env_file)}; echo $DATABASE_URL; echo $REDIS_URL"
        output = subprocess.check_output(["sh", "-c", script], text=True).split("\n")
        return {"DATABASE_URL": output[0], "REDIS_URL": output[1]}


class Held:
    """A running launcher."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def family(self) -> dict[int, str]:
        """Everybody below the launcher, by number, with their command lines."""
        return descendants(self.process.pid)

    def has(self, text: str) -> bool:
        return any(text in command for command in self.family().values())

    def stop(self) -> None:
        """Ask it to end, which takes its children along; killed only when it does not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def find(self, text: str) -> int:
        return next(pid for pid, command in self.family().items() if text in command)


def shell_quote(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def wait_for(condition: Callable[[], bool], seconds: float, held: Held | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        words = held.log.read_text() if held else ""
        if held:
            assert held.process.poll() is None, words
        assert time.monotonic() < deadline, f"not so after {seconds} s\n{words}"
        time.sleep(0.05)


def parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(entry.name)] = int(fields[1])
    return found


def descendants(top: int) -> dict[int, str]:
    parent_of = parents()
    family: set[int] = set()
    grown = {top}
    while grown:
        grown = {pid for pid, parent in parent_of.items() if parent in grown} - family
        family |= grown
    return {pid: command_line(pid) for pid in family}


def command_line(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")


def all_gone(pids: dict[int, str]) -> bool:
    return not set(pids) & set(parents())
