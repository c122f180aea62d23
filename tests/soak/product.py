"""The whole product as `make run` starts it, on ports and data of its own, with a hand on its throat."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import redis
import requests

from launcher.output import Terminal
from launcher.places import ROOT, RunDirectory
from launcher.programs import Child
from launcher.run import SELLER, Demo, ready_checks
from launcher.supervisor import Supervisor
from tests.integrations import consent

RUN = ROOT / ".run" / "soak" / "product"
OURS = ("web", "worker", "beat")


class Product:
    """What is running. Only its :meth:`wait` looks after the processes, so nothing else may take long."""

    def __init__(self, demo: Demo, supervisor: Supervisor) -> None:
        self.demo = demo
        self.supervisor = supervisor
        self.control_session = requests.Session()
        self._token = ""

    # -- people and buyers -----------------------------------------------------------------------
    def api(self, method: str, path: str, **given: Any) -> Any:
        """A call of the product's API as the demo's seller; returns the JSON."""
        for _attempt in range(2):
            answer = requests.request(
                method,
                f"{self.demo.web_url}/api/v1/{path}",
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=60,
                **given,
            )
            if answer.status_code != 401:
                break
            self._sign_in()
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def _sign_in(self) -> None:
        answer = requests.post(
            f"{self.demo.web_url}/api/v1/auth/login", json=self._login(), timeout=60
        )
        assert answer.ok, answer.text[:300]
        self._token = answer.json()["accessToken"]

    def _login(self) -> dict[str, str]:
        return {"email": SELLER, "password": self.demo.secrets["HUB_DEMO_SELLER_PASSWORD"]}

    def connect(self, login: str) -> None:
        """Connect a sandbox seller on the pages, through the consent page, like a person."""
        with requests.Session() as browser:
            filled = {"login": SELLER, "password": self._login()["password"]}
            self._fill_in(browser, "/accounts/login/", filled)
            away = self._fill_in(browser, "/integrations/connect/", {"label": login})
            back = consent(away.headers["Location"], login=login)
            answer = browser.get(
                f"{self.demo.web_url}/integrations/callback/", params=back, timeout=60
            )
            assert answer.ok, answer.text[:300]
            assert login in answer.text, f"{login} is not connected"

    def _fill_in(
        self, browser: requests.Session, path: str, values: dict[str, str]
    ) -> requests.Response:
        address = urljoin(self.demo.web_url, path)
        browser.get(address, timeout=60)
        values = values | {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post(
            address, values, headers={"Referer": address}, allow_redirects=False, timeout=60
        )
        assert answer.is_redirect, f"{path}: {answer.status_code}"
        return answer

    def control(self, method: str, path: str, json: Any = None) -> Any:
        """A call of the sandbox's control interface."""
        answer = self.control_session.request(
            method, f"{self.demo.sandbox_url}/_control/{path}", json=json, timeout=120
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    # -- time --------------------------------------------------------------------------------------
    def turn(self, seconds: float = 0.2) -> None:
        """Let time pass while the processes are looked after."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.supervisor.turn(min(left, 0.2))

    def wait(
        self, done: Callable[[], bool], *, seconds: float, what: str, every: float = 0.5
    ) -> float:
        """Wait until ``done``; returns the seconds it took. Raises AssertionError after ``seconds``."""
        started = time.monotonic()
        while not done():
            waited = time.monotonic() - started
            assert waited < seconds, f"not within {seconds:.0f} s: {what}"
            self.turn(every)
        return time.monotonic() - started

    # -- harm ----------------------------------------------------------------------------------------
    def kill_worker(self, dice: random.Random) -> str:
        """kill -9 of the whole worker, its main process alone, or one of its children; says which.

        Empty while it is down from the last time.
        """
        worker = self.supervisor.children["worker"].process
        if worker.poll() is not None:
            return ""
        victim = dice.choice(("all of it", "its main process", "a child"))
        children = children_of(worker.pid)
        if victim == "all of it":
            os.killpg(worker.pid, signal.SIGKILL)
        elif victim == "its main process" or not children:
            os.kill(worker.pid, signal.SIGKILL)
        else:
            os.kill(dice.choice(children), signal.SIGKILL)
        return victim

    def flush_valkey(self) -> None:
        """Forget everything Valkey held for this product: queues, buckets, hints, caches."""
        client = redis.Redis.from_url(self.demo.environment["REDIS_URL"])
        client.flushdb()
        client.close()

    def restart(self, **environment: str) -> None:
        """Stop web, worker and beat and start them with changed settings; the sandbox stays."""
        self.supervisor.stop({name: self._child(name) for name in OURS})
        self.demo.environment |= environment
        started = time.monotonic()
        for program in self.demo.processes():
            self.supervisor.start(program)
        self.wait(lambda: self._all_seen_since(started), seconds=90, what="ready after a restart")

    def _child(self, name: str) -> Child:
        return self.supervisor.children[name]

    def _all_seen_since(self, started: float) -> bool:
        checks = ready_checks(f"{self.demo.web_url}/health/ready")
        age = time.monotonic() - started
        return bool(checks) and all(c.get("seconds_since_seen", 0) <= age for c in checks.values())


def children_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(number) for number in file.read().split()]


@contextmanager
def running_product() -> Iterator[Product]:
    """Start everything, and end it by the ids it was started with."""
    run = RunDirectory(RUN, throwaway=True)
    run.acquire()
    with (
        (RUN / "output.log").open("w") as output,
        Supervisor(Terminal(output), lock_file=run.lock_file) as supervisor,
    ):
        demo = Demo(run, supervisor)
        demo.start()
        yield Product(demo, supervisor)
