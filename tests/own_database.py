"""A database of their own for measures, beside the one they were given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """An empty database ``name`` for as long as the block lasts; DATABASE_URL leads to it meanwhile.

    Begin it before Django reads its settings. One that a killed run left behind is dropped first.
    """
    given = os.environ["DATABASE_URL"]
    _administer(given, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _administer(given, "CREATE DATABASE {}", name)
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = given
        _administer(given, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _administer(address: str, statement: str, name: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
