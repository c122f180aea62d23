"""Runs measures, prints a table and keeps the results: the harness of `make bench` and `make soak`.

A measure is a function that does the real thing and returns a :class:`Result`: what came out,
beside the limit measured in the same run (the bare mechanism, the disk, the network), so that
the ratio means the same on every machine. It passes when the goal holds. One that learns several
things at once returns them by name.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Result:
    """One number: ``value`` against ``limit`` in the same unit.

    ``goal`` bounds the ratio value / limit: at least that much, or with ``at_most`` no more.
    """

    value: float
    limit: float
    goal: float
    unit: str
    at_most: bool = False

    @property
    def ratio(self) -> float:
        if self.limit:
            return self.value / self.limit
        return float("inf") if self.value else 1.0

    @property
    def ok(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


Results = dict[str, Result]
Measure = Callable[[], Result | Results]
REGISTERED: dict[str, Measure] = {}


def measure(name: str) -> Callable[[Measure], Measure]:
    """Register a measure under the name the table shows; the name says what is counted."""

    def register(function: Measure) -> Measure:
        if name in REGISTERED:
            raise ValueError(f"two measures are called {name!r}")
        REGISTERED[name] = function
        return function

    return register


def run_package(package: ModuleType, wanted: list[str]) -> int:
    """Import the package's modules, run their measures, write ``.run/<package>.json``.

    ``wanted`` limits the run to names containing one of the words. A measure that raises counts
    as failed and the others still run. Returns 1 when one is not ok.
    """
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "__main__":
            importlib.import_module(f"{package.__name__}.{module.name}")
    names = [n for n in REGISTERED if not wanted or any(word in n for word in wanted)]
    print(f"{'measure':<60} {'value':>12} {'limit':>12} {'ratio':>8} {'goal':>8}")
    rows = [row for name in names for row in run_measure(name, REGISTERED[name])]
    target = ROOT / ".run" / f"{package.__name__.rpartition('.')[2]}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, indent=2) + "\n")
    failed = [row["name"] for row in rows if not row["ok"]]
    print(f"\n{len(rows) - len(failed)} of {len(rows)} reach their goal; {target}")
    return 1 if failed or not rows else 0


def run_measure(name: str, function: Measure) -> list[dict[str, object]]:
    """The rows of a measure: one, or one for each thing it learned."""
    try:
        result = function()
    except Exception:  # noqa: BLE001 -- one broken measure must not hide the others
        traceback.print_exc()
        return [{"name": name, **dict.fromkeys(("value", "limit", "ratio", "goal")), "ok": False}]
    results = {name: result} if isinstance(result, Result) else result
    return [shown(one, found) for one, found in results.items()]


def shown(name: str, result: Result) -> dict[str, object]:
    """Print a row of the table; returns what is kept of it."""
    sign = "<=" if result.at_most else ">="
    print(
        f"{name:<60} {amount(result.value, result.unit):>12} {amount(result.limit, result.unit):>12} "
        f"{result.ratio:>8.3f} {sign}{result.goal:>6.3f} {'' if result.ok else 'MISSED'}",
        flush=True,
    )
    return {
        "name": name,
        "value": round(result.value, 3),
        "limit": round(result.limit, 3),
        "ratio": round(result.ratio, 4),
        "goal": result.goal,
        "ok": result.ok,
    }


def amount(number: float, unit: str) -> str:
    digits = 0 if number >= 100 else 2
    return f"{number:,.{digits}f} {unit}"


def main(package: ModuleType) -> None:
    """The body of ``python -m tests.bench``: Django is set up, the test database stays untouched."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allegro_hub.settings")
    django.setup()
    sys.exit(run_package(package, sys.argv[1:]))
