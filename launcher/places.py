"""Where things lie: a checkout's run directory, its lock, and a place other users can reach."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parent.parent
SOCKET_NAME = "/.s.PGSQL.5432.lock"
# sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS, each with a closing zero.
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103
OTHER_PLACES = ("/var/lib", "/var/tmp")  # noqa: S108 -- mkdtemp makes the name


class RunDirectory:
    """`.run/` or a named one below it: everything a set of services keeps between starts.

    Secrets lie in it, so it is closed to others: 0700, or 0711 when PostgreSQL runs as another
    user and has to pass through.
    """

    def __init__(self, path: Path, *, throwaway: bool = False) -> None:
        self.path = path
        self.throwaway = throwaway
        self.lock_file = -1

    def create(self) -> None:
        missing = [p for p in (self.path, *self.path.parents) if not p.exists()]
        for directory in reversed(missing):
            directory.mkdir(exist_ok=True)
        inside = [p for p in (self.path, self.path.parent) if ROOT in p.parents]
        for directory in inside:
            directory.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def acquire(self, wait_seconds: float = 20.0) -> None:
        """Take the lock, waiting for a stopping predecessor; it is handed to the guard as well.

        Raises LauncherError when another launcher that is alive holds it.
        """
        self.create()
        self.lock_file = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + wait_seconds
        while not self._try_lock():
            owner = self.owner()
            if (owner and is_running(owner)) or time.monotonic() > deadline:
                raise LauncherError(
                    f"already running here (process {owner or 'unknown'}): {self.path}"
                )
            time.sleep(0.1)
        os.ftruncate(self.lock_file, 0)
        os.pwrite(self.lock_file, str(os.getpid()).encode(), 0)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def owner(self) -> int:
        """The process that took the lock last, 0 when nobody ever did."""
        try:
            return int((self.path / "lock").read_text() or 0)
        except FileNotFoundError:
            return 0

    def in_use(self) -> bool:
        """Whether a launcher (or the guard of a killed one) holds the lock.

        The lock tells; the number written in it may by now be somebody else's.
        """
        try:
            probe = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(probe)
        return False

    def read(self, name: str) -> dict[str, Any]:
        """A small JSON file of ours; empty when it is not there or was cut short by a crash."""
        try:
            content = json.loads((self.path / name).read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON file only we can read, whole or not at all."""
        self.write_text(name, json.dumps(content, indent=2) + "\n")

    def write_text(self, name: str, text: str) -> Path:
        target = self.path / name
        draft = target.with_name(f".{target.name}.new")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        draft.replace(target)
        return target

    def reachable_place(self) -> Path:
        """A directory that belongs to us and that every user can pass through.

        The run directory itself when its parents are open; otherwise (a checkout below /root) one
        directory of its own outside, remembered in ``place.json``. We never open a parent up.
        """
        if passable_by_others(self.path):
            return self.path
        remembered = Path(str(self.read("place.json").get("path") or self.path / "none"))
        if is_ours(remembered):
            return remembered
        place = self._new_place()
        self.write("place.json", {"path": str(place)})
        return place

    def _new_place(self) -> Path:
        for parent in OTHER_PLACES[1:] if self.throwaway else OTHER_PLACES:
            if os.access(parent, os.W_OK) and passable_by_others(Path(parent)):
                place = Path(tempfile.mkdtemp(prefix="allegro-hub-", dir=parent))
                place.chmod(0o711)
                return place
        raise LauncherError(
            f"{self.path} cannot be reached by the user PostgreSQL runs as, "
            f"and neither of {', '.join(OTHER_PLACES)} can be used; move the checkout or set "
            "DATABASE_URL"
        )

    def socket_directory(self, place: Path) -> Path:
        """Where the database's socket goes: in *place*, or in /tmp when that path is too long."""
        natural = place / "socket"
        if len(os.fsencode(natural)) + len(SOCKET_NAME) <= SOCKET_PATH_LIMIT:
            natural.mkdir(exist_ok=True)
            return natural
        remembered = Path(str(self.read("socket.json").get("path") or self.path / "none"))
        if is_ours(remembered, or_owned_by_other=True):
            return remembered
        short = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
        self.write("socket.json", {"path": str(short)})
        return short

    def remove(self) -> None:
        """Delete the directory and whatever it keeps outside of itself."""
        for name in ("place.json", "socket.json"):
            outside = str(self.read(name).get("path") or "")
            if outside and is_ours(Path(outside), or_owned_by_other=True):
                shutil.rmtree(outside)
        shutil.rmtree(self.path, ignore_errors=True)


def passable_by_others(path: Path) -> bool:
    """Whether a user without rights of its own can pass through *path* and all its parents."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


def is_ours(path: Path, *, or_owned_by_other: bool = False) -> bool:
    """Whether *path* is a real directory of ours that nobody else can write to.

    As root ``or_owned_by_other`` accepts the socket directory we gave away to PostgreSQL's user.
    """
    try:
        status = path.lstat()
    except OSError:
        return False
    owned = status.st_uid == os.geteuid() or (or_owned_by_other and os.geteuid() == 0)
    return stat.S_ISDIR(status.st_mode) and owned and not status.st_mode & 0o022


def is_running(pid: int) -> bool:
    """Whether a process of that number exists and has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()


def free_port(preferred: int = 0, host: str = "127.0.0.1") -> int:
    """*preferred* when nobody listens on it, otherwise a port the system picks."""
    for candidate in (preferred, 0) if preferred else (0,):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LauncherError("no free port on 127.0.0.1")
