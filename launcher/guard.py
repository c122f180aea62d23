"""The guard: stops what a killed launcher left behind.

Run by path in its own session, with standard input as a pipe from the launcher. The launcher
writes ``+ PID GROUP SIGNAL ORDER`` when a child starts and ``- PID`` when it is reaped. When the
pipe closes, whoever is left is asked to stop (in ascending ORDER: applications before services),
and killed when it does not. The guard also holds the lock of the run directory until then, so the
next start waits for it.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 8.0


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not is_zombie(pid)


def is_zombie(pid: int) -> bool:
    """True for a dead process nobody has reaped (a container without an init keeps those)."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def send(target: int, number: int, group: bool = False) -> None:
    try:
        if group:
            os.killpg(target, number)
        else:
            os.kill(target, number)
    except (ProcessLookupError, PermissionError):
        pass  # it went away by itself


def stop(children: dict[int, tuple[int, int]]) -> None:
    """Ask each child, wait, then kill its group; ``children`` maps pid to (group, signal)."""
    for pid, (_, number) in children.items():
        send(pid, number)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(alive(pid) for pid in children):
        time.sleep(0.05)
    for pid, (group, _) in children.items():
        # A group number of 0 marks a child that shares the launcher's own group.
        send(group or pid, signal.SIGKILL, group=bool(group))


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    children: dict[int, tuple[int, int, int]] = {}
    for line in sys.stdin:
        verb, *numbers = line.split()
        pid = int(numbers[0])
        if verb == "+":
            children[pid] = (int(numbers[1]), int(numbers[2]), int(numbers[3]))
        else:
            children.pop(pid, None)
    for order in sorted({entry[2] for entry in children.values()}):
        stop({pid: entry[:2] for pid, entry in children.items() if entry[2] == order})


main()
