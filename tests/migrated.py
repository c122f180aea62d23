"""A migrated database that test databases are copied from; loaded as a plugin by ``conftest.py``.

Migrating an empty database costs some twenty seconds of a processor, for each worker of each run, and under
load a test may run out of time before it begins. PostgreSQL copies a database in a fraction of a second,
so the first run after a change of migrations makes one to copy, under a name that holds their digest.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.launcher.checkout import ROOT

PREFIX = "migrated_"
# One maker at a time; the others wait for it and find the database.
MAKING = 7_206_114


def pytest_configure(config: pytest.Config) -> None:
    """Make the database to copy before the first test begins, so that none has to wait for it."""
    if not hasattr(config, "workerinput") and "DATABASE_URL" in os.environ:
        migrated(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the test database copied from the migrated one."""
    from django.conf import settings

    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated(os.environ["DATABASE_URL"])


def migrated(address: str) -> str:
    """The name of a database on the server of ``address`` with every migration and nothing else.

    Those of other migrations are dropped, for nobody copies them any more.
    """
    name = PREFIX + _digest()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MAKING])
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if name not in known:
            for old in known:
                if old.startswith(PREFIX):
                    _administer(connection, "DROP DATABASE IF EXISTS {}", old)
            # Under another name until it is whole: a killed run leaves nothing that looks finished.
            _administer(connection, "CREATE DATABASE {}", f"{name}_new")
            _migrate(address, f"{name}_new")
            _administer(connection, "ALTER DATABASE {} RENAME TO {}", f"{name}_new", name)
    return name


def _administer(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _migrate(address: str, name: str) -> None:
    there = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": there}, check=True,
    )  # fmt: skip


def _digest() -> str:
    """Of every migration of ours and of the versions of everybody else's."""
    files: list[Path] = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements.lock"]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
