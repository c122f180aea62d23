"""The variables: .env.example and the code name the same ones; production misses none silently."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.check import PRODUCTION
from tests.deploy.test_compose import documented_variables

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("allegro_hub", "core", "accounts", "notifications", "settings_app", "products",
           "inventory", "offers", "orders", "invoices", "imports", "syncs", "webhooks")  # fmt: skip
READERS = {"env", "_env", "environ", "Env"}
# Python's and Django's own, and those only compose or the tests read.
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "HUB_WEB_BIND", "HUB_IMAGE_TAG",
                "HUB_WORKER_CONCURRENCY", "FLOWER_BASIC_AUTH"}  # fmt: skip
TESTS_ONLY = {"HUB_TEST_REDIS_DB"}
REQUIRED = ("SECRET_KEY", "HUB_MASTER_KEYS", "HUB_BASE_URL", "DATABASE_URL", "REDIS_URL",
            "ALLEGRO_USER_AGENT")  # fmt: skip


def owner(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def name_read(node: ast.AST) -> str:
    """The variable a node reads: env.text("X"), env("X"), os.environ["X"], os.environ.get("X")."""
    if isinstance(node, ast.Subscript) and owner(node.value) == "environ":
        key: ast.expr | None = node.slice
    elif isinstance(node, ast.Call) and node.args:
        function = node.func
        reader = owner(function.value) if isinstance(function, ast.Attribute) else owner(function)
        called = owner(function)
        key = node.args[0] if reader in READERS or called == "getenv" else None
    else:
        return ""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value if re.fullmatch(r"[A-Z][A-Z0-9_]+", key.value) else ""
    return ""


def variables_in_code() -> set[str]:
    files = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    trees = [ast.parse(path.read_text()) for path in files]
    return {name for tree in trees for node in ast.walk(tree) if (name := name_read(node))}


def test_every_variable_the_code_reads_is_documented() -> None:
    read = variables_in_code() - NOT_OURS
    assert {"SECRET_KEY", "DATABASE_URL"} <= read
    assert read - documented_variables() == set()


def test_every_documented_variable_is_read() -> None:
    assert documented_variables() - variables_in_code() - COMPOSE_ONLY - TESTS_ONLY == set()


def test_every_variable_has_a_meaning_and_no_secret_has_a_value() -> None:
    """A comment stands above each variable or above the block it belongs to."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    for block in "\n".join(lines).split("\n\n"):
        if re.search(r"^[A-Z_]+=", block, re.MULTILINE):
            assert block.startswith("#")
    secret = re.compile(r"^[A-Z_]*(SECRET|PASSWORD|MASTER_KEYS|AUTH)[A-Z_]*=(.*)$")
    values = [m.group(2) for line in lines if (m := secret.match(line)) and "_URL=" not in line]
    assert values
    assert not any(values)


def production_check(without: str = "") -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment of ours alone, less one variable."""
    secrets = {name: os.environ[name] for name in ("HUB_MASTER_KEYS", "DATABASE_URL", "REDIS_URL")}
    environment = {
        "PATH": os.environ["PATH"],
        "ALLEGRO_USER_AGENT": "AllegroHub/1.0 (+https://hub.example/about)",
        **secrets,
        **PRODUCTION,
    }
    environment.pop(without, None)
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_production_starts_with_every_required_variable() -> None:
    result = production_check()
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_variable_stops_production_and_is_named(name: str) -> None:
    result = production_check(without=name)
    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]


def test_without_an_environment_name_production_rules_apply() -> None:
    """Forgetting HUB_ENV must not open anything."""
    result = production_check(without="HUB_ENV")
    assert result.returncode == 0, result.stderr
    assert production_check(without="SECRET_KEY").returncode != 0
