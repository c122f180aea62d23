"""The storm itself: what the sandbox does wrong, and the blows to worker, Valkey and PostgreSQL."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak import checks, wish
from tests.soak.product import Product

# Both sellers: events doubled, disordered, late, lost; answers refused or lost after their work was done.
FAULTS = (
    {"kind": "doubled_event", "probability": 0.15},
    {"kind": "disorder", "probability": 0.15},
    {"kind": "delayed_event", "probability": 0.05, "delaySeconds": 25},
    {"kind": "lost_event", "probability": 0.03},
    {"kind": "status", "status": 500, "probability": 0.02},
    {"kind": "status", "status": 429, "probability": 0.001, "burst": 12, "retryAfter": 2},
    {"kind": "drop", "probability": 0.003},
    {"kind": "drop", "probability": 0.003, "afterEffect": True},
)


@dataclass
class Weather:
    """Blows at random moments of a time span (seconds)."""

    product: Product
    dice: random.Random
    lasting: float
    blows: Counter[str] = field(default_factory=Counter)
    _due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spread(wish("STORM_KILLS", 20), self._kill)
        self._spread(wish("STORM_FLUSHES", 5), self._flush)
        restarts = wish("STORM_RESTARTS", 2)
        data = Path(str(checks.rows("SHOW data_directory")[0][0]))
        for number in range(restarts):
            moment = self.lasting * (number + 0.6) / (restarts + 0.2)
            kind = (signal.SIGINT, signal.SIGQUIT)[number % 2]
            self._due.append((moment, lambda kind=kind: self._restart(data, kind)))  # type: ignore[misc]
        self._due.sort(key=lambda one: one[0])

    def begin(self) -> None:
        for fault in FAULTS:
            self.product.control("POST", "faults", fault)

    def end(self) -> None:
        """The sky clears; what has not struck yet strikes now, so that every run has its number."""
        for _moment, blow in self._due:
            blow()
            self.product.turn(5)
        self._due.clear()
        for rule in self.product.control("GET", "faults")["faults"]:
            self.blows[f"fault {rule['kind']} {rule['status']}"] += rule["hits"]
        self.product.control("DELETE", "faults")

    def turn(self, elapsed: float) -> None:
        """Let strike what is due."""
        while self._due and elapsed >= self._due[0][0]:
            self._due.pop(0)[1]()

    def _spread(self, times: int, blow: Callable[[], None]) -> None:
        """Evenly, each somewhere in its part of the time."""
        part = self.lasting / max(times, 1)
        self._due += [(part * (n + self.dice.uniform(0.1, 0.9)), blow) for n in range(times)]

    def _kill(self) -> None:
        """kill -9; when the worker is just down from the last time, as soon as it is back."""
        until = time.monotonic() + 40
        while not (victim := self.product.kill_worker(self.dice)) and time.monotonic() < until:
            self.product.turn(0.3)
        if victim:
            self.blows["kill"] += 1
            self.blows[f"killed: {victim}"] += 1

    def _flush(self) -> None:
        self.product.flush_valkey()
        self.blows["flush"] += 1

    def _restart(self, data: Path, kind: signal.Signals) -> None:
        """Stop the server for all: connections are cut (INT), or as after a crash (QUIT).

        Whoever runs it (``launcher services``) starts it again; here we wait until it answers.
        """
        from django.db import connection

        connection.close()
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), kind)
        self.product.turn(1)
        self.product.wait(checks.answers, seconds=60, what="PostgreSQL back", every=0.5)
        self.blows["restart"] += 1
