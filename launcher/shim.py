"""Becomes another program: drops to a user, asks to die with its parent, then executes.

Run by path (``python -I -S shim.py USER SIGNAL PARENT PROGRAM ARG...``), so it imports nothing of
this package. A separate program rather than ``preexec_fn``: Linux forgets the parent-death signal
when the user changes, so the order matters, and no Python runs between fork and exec.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def become(user: str) -> None:
    """Give up root for good; "-" stays who we are."""
    if user == "-":
        return
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.chdir("/")  # the directory we came from may be closed to this user
    os.environ["HOME"] = "/"


def die_with(parent: int, number: int) -> None:
    """Have the kernel send *number* when the parent is gone (elsewhere the guard does it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it died before the request was made
        sys.exit(1)


def main() -> None:
    user, number, parent, *command = sys.argv[1:]
    # A script's background job hands down ignored signals; the programs we run must hear them.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(name, signal.SIG_DFL)
    become(user)
    die_with(int(parent), int(number))
    try:
        os.execvp(command[0], command)  # noqa: S606 -- this is what the program is for
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


main()
