"""`make run`: the whole product on one machine, with demo data, in one terminal."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from launcher.errors import LauncherError, Stopped
from launcher.output import Terminal
from launcher.places import ROOT, RunDirectory, free_port
from launcher.programs import Child, Program
from launcher.secrets_file import demo_secrets
from launcher.services import USER_AGENT, start_services
from launcher.supervisor import Supervisor

HOST = "127.0.0.1"
STATE = "state.json"
DEFAULT_PORT = 8000
QUEUES = "orders,stock,sync,imports,default"
SELLER, OPERATOR = "seller@demo.example", "operator@demo.example"
# The same sellers, offers and orders at every start.
SANDBOX_DATA = ("--sellers", "3", "--offers", "40", "--orders", "12", "--seed", "7")
READY_SECONDS = 90.0


@dataclass(frozen=True)
class Ports:
    web: int
    sandbox: int


def run_everything(run: RunDirectory, *, parent: int = 0) -> int:
    """Start everything and stay until a signal; returns the exit status.

    Writes ``state.json`` (addresses and both logins) once everything answers and removes it on
    the way out. Raises LauncherError when something cannot start.
    """
    run.acquire()
    (run.path / STATE).unlink(missing_ok=True)
    terminal = Terminal()
    try:
        with Supervisor(terminal, lock_file=run.lock_file) as supervisor:
            supervisor.parent = parent
            Demo(run, supervisor).run_forever()
    except Stopped:
        terminal.line("hub", "stopped")
    finally:
        (run.path / STATE).unlink(missing_ok=True)
    return 0


class Demo:
    """The product's processes around one set of services."""

    def __init__(self, run: RunDirectory, supervisor: Supervisor) -> None:
        self.run = run
        self.supervisor = supervisor
        self.ports = choose_ports(run)
        self.secrets = demo_secrets(run)
        self.environment: dict[str, str] = {}
        self._sandbox_is_new = False
        self._started_at = 0.0

    def run_forever(self) -> None:
        """Start, announce, and keep going until a signal (raised as Stopped)."""
        self.start()
        self._announce()
        self.supervisor.on_restart = self._note_restart
        while True:
            self.supervisor.turn(0.5)
            if self._sandbox_is_new and answers(self.sandbox_url):
                self._connect_again()

    def start(self) -> None:
        """Start everything and wait until the product says that all is well."""
        supervisor = self.supervisor
        supervisor.say("starting PostgreSQL and Valkey" if needs_services() else "starting")
        self.environment = demo_environment(
            self.run, start_services(supervisor, self.run), self.secrets, self.ports
        )
        supervisor.start(self._sandbox())
        self.manage("migrate", "migrate", "--verbosity", "0")
        self._started_at = time.monotonic()
        for program in self.processes():
            supervisor.start(program)
        supervisor.wait_until(
            lambda: answers(self.sandbox_url), what="the sandbox", seconds=30, of="sandbox"
        )
        self.manage("demo", "demo")
        supervisor.wait_until(
            self.is_ready,
            what=f"{self.web_url}/health/ready",
            seconds=READY_SECONDS,
            every=0.5,
        )

    def is_ready(self) -> bool:
        """Whether all is well by the product's own word, from the processes of this start.

        After a quick restart the last heartbeats of the previous worker and beat are still fresh.
        """
        elapsed = time.monotonic() - self._started_at
        checks = ready_checks(f"{self.web_url}/health/ready")
        seen = [check.get("seconds_since_seen", 0) for check in checks.values()]
        return bool(checks) and all(age <= elapsed for age in seen)

    @property
    def web_url(self) -> str:
        return f"http://{HOST}:{self.ports.web}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.sandbox}"

    def processes(self) -> list[Program]:
        """Web, worker and beat with the present environment."""
        celery = ("celery", "--quiet", "-A", "allegro_hub")
        scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
        return [
            self._python("web", "granian", "--interface", "wsgi", "--host", HOST, "--port",
                         str(self.ports.web), "--workers", "1", "--blocking-threads", "4",
                         "--no-ws", "allegro_hub.wsgi:application"),
            self._python("worker", *celery, "worker", "-Q", QUEUES, "-c", "2",
                         "--without-mingle", "--without-gossip"),  # there is only one
            self._python("beat", *celery, "beat", "-S", scheduler, "--pidfile="),
        ]  # fmt: skip

    def _sandbox(self) -> Program:
        """Allegro's stand-in, which knows our demo application."""
        client = {
            "client-id": self.secrets["ALLEGRO_SANDBOX_CLIENT_ID"],
            "client-secret": self.secrets["ALLEGRO_SANDBOX_CLIENT_SECRET"],
            "port": str(self.ports.sandbox),
        }
        options = [f"--{name}={value}" for name, value in client.items()]
        return self._python("sandbox", "sandbox", *options, *SANDBOX_DATA)

    def _python(self, name: str, module: str, *arguments: str, restart: bool = True) -> Program:
        command = [sys.executable, "-m", module, *arguments]
        return Program(name, command, environment=self.environment, restart=restart)

    def manage(self, name: str, *arguments: str) -> None:
        """Run a management command to its end. Raises LauncherError when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        program = Program(name, command, environment=self.environment, restart=False)
        status = self.supervisor.complete(program)
        if status:
            raise LauncherError(f"manage.py {arguments[0]} ended with status {status}")

    def _note_restart(self, child: Child) -> None:
        self._sandbox_is_new |= child.program.name == "sandbox"
        self._write_state()

    def _connect_again(self) -> None:
        """A new sandbox has forgotten every token; the demo command connects again."""
        self._sandbox_is_new = False
        try:
            self.manage("demo", "demo")
        except LauncherError as error:
            self.supervisor.say(str(error))

    def _write_state(self) -> dict[str, Any]:
        """Tell scripts where everything is; written anew when a process gets a new number."""
        logins = {
            "seller": {"email": SELLER, "password": self.secrets["HUB_DEMO_SELLER_PASSWORD"]},
            "operator": {"email": OPERATOR, "password": self.secrets["HUB_DEMO_OPERATOR_PASSWORD"]},
        }
        children = self.supervisor.children.items()
        state = {
            "web": self.web_url,
            "sandbox": self.sandbox_url,
            **logins,
            "pids": {"launcher": os.getpid()} | {n: c.process.pid for n, c in children},
        }
        self.run.write(STATE, state)
        return logins

    def _announce(self) -> None:
        logins = self._write_state()
        say = self.supervisor.say
        say("")
        say(f"Allegro Hub is ready:  {self.web_url}/")
        for who, login in logins.items():
            where = "  (admin: /admin/)" if who == "operator" else ""
            say(f"  {who:<9} {login['email']}   {login['password']}{where}")
        say(f"  sandbox   {self.sandbox_url}/   stop with Ctrl-C")
        say("")


def choose_ports(run: RunDirectory) -> Ports:
    """The web port the user asked for, else 8000, else a free one; the sandbox keeps its own.

    Raises LauncherError when PORT is no port or taken: somebody who asked for it wants that one.
    """
    kept = run.read("ports.json")
    web = wanted_port(os.environ["PORT"]) if os.environ.get("PORT") else free_port(DEFAULT_PORT)
    ports = Ports(web, free_port(int(kept.get("sandbox") or 0)))
    run.write("ports.json", {"sandbox": ports.sandbox})
    return ports


def wanted_port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT is {text!r}, which is not a port number")
    port = int(text)
    if free_port(port) != port:
        raise LauncherError(f"port {port} is taken; choose another: PORT=… make run")
    return port


def needs_services() -> bool:
    return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def demo_environment(
    run: RunDirectory, addresses: dict[str, str], secrets: dict[str, str], ports: Ports
) -> dict[str, str]:
    """The children's whole environment: ours, then the demo's settings, then the addresses."""
    sandbox = f"http://{HOST}:{ports.sandbox}"
    settings = {
        "HUB_ENV": "development",
        "HUB_DEMO": "1",
        "HUB_BASE_URL": f"http://{HOST}:{ports.web}",
        "DJANGO_SETTINGS_MODULE": "allegro_hub.settings",
        "ALLEGRO_USER_AGENT": USER_AGENT,
        "ALLEGRO_SANDBOX_API_URL": sandbox,
        "ALLEGRO_SANDBOX_AUTH_URL": f"{sandbox}/auth/oauth",
        "ALLEGRO_SANDBOX_UPLOAD_URL": sandbox,
        "FETCH_HOSTS": f"{HOST}:{ports.sandbox}",
        "HUB_DEMO_SELLER_EMAIL": SELLER,
        "HUB_DEMO_OPERATOR_EMAIL": OPERATOR,
    }
    optional = {
        "MEDIA_ROOT": str(run.path / "media"),
        "LOG_JSON": "0",
        "LOG_LEVEL": "INFO",
    }
    kept = {name: os.environ[name] for name in optional if name in os.environ}
    python = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **python, **secrets, **settings, **optional, **kept, **addresses}


def answers(url: str) -> bool:
    """Whether something speaks HTTP there, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=3).close()  # noqa: S310 -- our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def ready_checks(url: str) -> dict[str, dict[str, Any]]:
    """The single checks of the readiness answer; empty while it does not say 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 -- our own address
            answer: dict[str, dict[str, dict[str, Any]]] = json.load(response)
    except (OSError, ValueError):  # HTTPError is an OSError
        return {}
    return answer.get("checks", {})
