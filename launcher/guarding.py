"""Our side of the guard: the process that tidies up when the launcher itself is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from launcher.programs import Child

GUARD = Path(__file__).with_name("guard.py")


class Guard:
    """Tells the guard whom to stop once we are gone; ``lock_file`` stays locked until it is done.

    A guard somebody killed is replaced the next time there is something to tell.
    """

    def __init__(self, lock_file: int) -> None:
        self._keep = (lock_file,) if lock_file >= 0 else ()
        self._children: dict[int, Child] = {}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            text=True,
            cwd="/",
            start_new_session=True,
            pass_fds=self._keep,
        )

    def add(self, child: Child) -> None:
        self._children[child.process.pid] = child
        self._tell(entry(child))

    def remove(self, child: Child) -> None:
        self._children.pop(child.process.pid, None)
        self._tell(f"- {child.process.pid}")

    def dismiss(self) -> None:
        """Let it end; everybody it knew of is reaped."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(timeout=30)

    def _tell(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            print(line, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self._process.wait()
            self.start()
            for child in self._children.values():
                self._tell(entry(child))


def entry(child: Child) -> str:
    number, order = int(child.program.stop_signal), child.program.order
    return f"+ {child.process.pid} {child.group} {number} {order}"
