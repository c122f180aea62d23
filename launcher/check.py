"""`make check`: every static check, all of them run, one line each, a summary at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from launcher.places import ROOT

PYTHON = sys.executable
# Exactly what a production start must have, with values no installation may use.
PRODUCTION = {
    "HUB_ENV": "production",
    "HUB_BASE_URL": "https://hub.example",
    "ALLOWED_HOSTS": "hub.example",
    "SECRET_KEY": "only-for-the-deployment-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "LOG_LEVEL": "WARNING",
}
SCHEMA = os.devnull


@dataclass(frozen=True)
class Step:
    """A named command; it passes when its exit status is 0."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def steps() -> list[Step]:
    manage = [PYTHON, "manage.py"]
    module = [PYTHON, "-m"]
    return [
        Step("lint", [*module, "ruff", "check", "."]),
        Step("format", [*module, "ruff", "format", "--check", "."]),
        Step("types", [*module, "mypy", "."]),
        Step("import rules", [PYTHON, "-c", IMPORT_LINTER]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step(
            "API schema",
            [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", SCHEMA],
        ),
        Step("templates", [*module, "djlint", "templates", "--lint", "--quiet"]),
        Step("template syntax", [PYTHON, "-m", "launcher.compile_templates"]),
        Step(
            "compose",
            [*module, "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
             "docker-compose.yml"],
        ),
        Step("translations", [PYTHON, "-m", "launcher.compile_messages"]),
        Step("production settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"],
             PRODUCTION),
    ]  # fmt: skip


IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"


def run_checks() -> int:
    """Run all steps; returns 1 when any failed. Output of passing steps is not shown."""
    failed = [step.name for step in steps() if not run_step(step)]
    if failed:
        print(f"\n{len(failed)} of {len(steps())} checks failed: {', '.join(failed)}")
        return 1
    print(f"\nall {len(steps())} checks passed")
    return 0


def run_step(step: Step) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **step.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = result.returncode == 0
    verdict = "ok" if passed else "FAILED"
    print(f"{step.name:<22} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
    if not passed:
        print("    " + result.stdout.strip().replace("\n", "\n    "), flush=True)
    return passed
