"""Runs child processes: output, signals, restarts and a tidy end. One thread, one loop.

One thread on purpose: Linux ties the parent-death signal to the *thread* that started the child.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Self

from launcher.errors import LauncherError, Stopped
from launcher.guarding import Guard
from launcher.output import Terminal
from launcher.places import ROOT
from launcher.programs import (
    APPLICATION,
    FIRST_PAUSE,
    SERVICE,
    Child,
    Program,
    describe_exit,
    kill_group,
    shim,
)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE, HEALTHY_AFTER = 20.0, 30.0
GRACE_SECONDS = 12.0
MAX_LINE = 64 * 1024


class Supervisor:
    """Keeps programs running until told to stop. Use as a context manager: leaving stops all."""

    def __init__(self, terminal: Terminal, *, lock_file: int = -1) -> None:
        self.terminal = terminal
        self.children: dict[str, Child] = {}
        self.on_restart: Callable[[Child], None] = lambda child: None
        self.before_restart: Callable[[Program], None] = lambda program: None
        self.parent = 0  # whom to follow into the grave; told, because it may be gone already
        self._selector = selectors.DefaultSelector()
        self._stop_signal = 0
        self._hurry = False
        self._guard = Guard(lock_file)

    def __enter__(self) -> Self:
        self._wakeup, self._wakeup_write = os.pipe()
        for end in (self._wakeup, self._wakeup_write):
            os.set_blocking(end, False)
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wakeup_write, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            # nohup asks us to outlive the terminal; an ignored INT is only a script's "&".
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note_signal)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        self._guard.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop_all()
        self._guard.dismiss()
        signal.set_wakeup_fd(-1)
        self._selector.close()

    def _note_signal(self, number: int, frame: object) -> None:
        self._hurry = bool(self._stop_signal)
        self._stop_signal = number

    # -- starting ----------------------------------------------------------------------------
    def start(self, program: Program) -> Child:
        """Start a program under the shim, tell the guard, and begin to read what it says."""
        output: int | None = None if program.inherit else subprocess.PIPE
        log = None
        if program.log:
            program.log.parent.mkdir(mode=0o700, exist_ok=True)
            log = os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            output = log
        process = subprocess.Popen(
            [*shim(program.user, program.stop_signal), *program.command],
            stdin=None if program.inherit else subprocess.DEVNULL,
            stdout=output,
            stderr=None if program.inherit else subprocess.STDOUT,
            env=None if program.environment is None else dict(program.environment),
            cwd=ROOT,
            start_new_session=program.own_session,
        )
        if log is not None:
            os.close(log)
        child = Child(program, process, time.monotonic())
        self.children[program.name] = child
        self._guard.add(child)
        self._watch(child)
        return child

    def _watch(self, child: Child) -> None:
        if child.process.stdout is None:
            return
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def complete(self, program: Program) -> int:
        """Run a program to its end and return its exit status; a stop request passes through."""
        child = self.start(program)
        try:
            while child.process.poll() is None:
                self.turn()
        except Stopped:
            self.stop({program.name: child})
            raise
        self._forget(child)
        return child.process.returncode

    def wait_until(
        self,
        ready: Callable[[], bool],
        *,
        what: str,
        seconds: float,
        of: str = "",
        every: float = 0.05,
    ) -> None:
        """Turn the loop until *ready*; raises LauncherError when it takes too long or ends."""
        deadline = time.monotonic() + seconds
        next_look = 0.0
        while True:
            if time.monotonic() >= next_look:
                if ready():
                    return
                next_look = time.monotonic() + every
            if of and self.children[of].process.poll() is not None:
                raise LauncherError(f"{of} ended while starting{self._tail(of)}")
            if time.monotonic() > deadline:
                raise LauncherError(f"{what} was not ready after {seconds:.0f} s{self._tail(of)}")
            self.turn(0.05)

    def _tail(self, name: str) -> str:
        log = self.children[name].program.log if name in self.children else None
        if not log or not log.exists():
            return ""
        lines = log.read_text(errors="replace").splitlines()[-8:]
        return f"; its last words ({log}):\n  " + "\n  ".join(lines)

    # -- the loop ----------------------------------------------------------------------------
    def run_forever(self) -> None:
        """Relay output and restart what dies, until a stop signal (raised as Stopped)."""
        while True:
            self.turn(0.5)

    def turn(self, timeout: float = 0.1) -> None:
        """One round: relay output, reap and restart. Raises Stopped after a stop signal."""
        self._relay(timeout)
        for child in list(self.children.values()):
            if child.program.restart:
                self._look_after(child)
        if self.parent and os.getppid() != self.parent:
            self._stop_signal = self._stop_signal or signal.SIGTERM
        if self._stop_signal:
            raise Stopped(self._stop_signal)

    def _look_after(self, child: Child) -> None:
        if child.restart_at is None and child.process.poll() is not None:
            self._schedule_restart(child)
        elif child.restart_at is not None and time.monotonic() >= child.restart_at:
            self._restart(child)

    def _schedule_restart(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        pause = FIRST_PAUSE if lived > HEALTHY_AFTER else child.pause
        child.pause = min(pause * 2, LONGEST_PAUSE)
        child.restart_at = time.monotonic() + pause
        self._forget(child, keep=True)
        how = describe_exit(child.process.returncode)
        self.say(f"{child.program.name} {how}; starting it again in {pause:.1f} s")

    def _restart(self, child: Child) -> None:
        self.before_restart(child.program)
        fresh = self.start(child.program)
        fresh.pause = child.pause
        self.on_restart(fresh)

    def _forget(self, child: Child, *, keep: bool = False) -> None:
        """Reap: drain what it still said and end what it left in its group."""
        self._drain(child)
        if child.group:
            kill_group(child.group)
        self._guard.remove(child)
        if not keep:
            self.children.pop(child.program.name, None)

    def _relay(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                os.read(self._wakeup, 4096)
            else:
                self._read(key.data)

    def _read(self, child: Child) -> bool:
        """Relay what is there; False when there is no more for now."""
        assert child.process.stdout is not None
        try:
            chunk = os.read(child.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not chunk:
            self._selector.unregister(child.process.stdout)
            child.process.stdout.close()
            return False
        *lines, child.buffer = (child.buffer + chunk).split(b"\n")
        if len(child.buffer) > MAX_LINE:
            lines, child.buffer = [*lines, child.buffer], b""
        for line in lines:
            self.terminal.line(child.program.name, line.decode(errors="replace").rstrip("\r"))
        return True

    def _drain(self, child: Child) -> None:
        stdout = child.process.stdout
        if stdout is None or stdout.closed:
            return
        while self._read(child):
            pass
        if child.buffer:
            self.terminal.line(child.program.name, child.buffer.decode(errors="replace"))
            child.buffer = b""
        if not stdout.closed:  # a grandchild still holds the other end
            self._selector.unregister(stdout)
            stdout.close()

    def say(self, text: str) -> None:
        self.terminal.line("hub", text)

    # -- the end -----------------------------------------------------------------------------
    def stop_all(self) -> None:
        """Stop applications first, then the services they need."""
        for order in (APPLICATION, SERVICE):
            self.stop({n: c for n, c in self.children.items() if c.program.order == order})

    def stop(self, children: dict[str, Child]) -> None:
        """Ask, wait up to GRACE_SECONDS (a second Ctrl-C cuts that short), then kill the groups."""
        running = {n: c for n, c in children.items() if c.process.poll() is None}
        for child in running.values():
            child.process.send_signal(child.program.stop_signal)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(c.process.poll() is None for c in running.values()):
            hurry = self._hurry and all(c.program.order == APPLICATION for c in running.values())
            if hurry or time.monotonic() > deadline:
                break
            self._relay(0.05)
        for child in children.values():
            if child.process.poll() is None:
                self.say(f"{child.program.name} did not stop; killing it")
                child.process.kill()
                child.process.wait()
            self._forget(child)
