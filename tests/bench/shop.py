"""Shops to measure on: each measure takes a new one, in the same database."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from settings_app.models import Integration

# Served as in production, with pooled connections; tests go without, to be able to drop databases.
SERVED = {"HUB_ENV": "development", "LOG_LEVEL": "WARNING"}


def new_shop() -> tuple[Organization, User]:
    """An organization and its owner."""
    from tests.factories import MembershipFactory

    membership = MembershipFactory.create()
    return membership.organization, membership.user


def new_account() -> Integration:
    """An account without tokens, of a shop of its own."""
    from tests.factories import IntegrationFactory

    organization, _owner = new_shop()
    account: Integration = IntegrationFactory.create(organization=organization)
    return account


def vacuum() -> None:
    """Statistics and free space as autovacuum would leave them, so that no measure pays for another."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def side_by_side(
    ours: Callable[[], object], bare: Callable[[], object], rounds: int = 3
) -> tuple[float, float]:
    """Median seconds of both, taken in turns so that a busy machine slows both."""
    taken = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
    return median(one for one, _ in taken), median(other for _, other in taken)


def with_defaults(table: str, statement: str) -> str:
    """An ``INSERT INTO table (…) SELECT …`` with every column it leaves out that may not be empty.

    So a new column of the product needs no word in a bench that does not care for it. ``{columns}`` and
    ``{values}`` stand in the statement where the rest belongs.
    """
    from django.apps import apps
    from django.db import connection

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    named = set(re.findall(r"\w+", statement[: statement.index("SELECT")]))
    rest = {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.local_concrete_fields
        if not (field.null or field.primary_key or field.generated or field.column in named)
    }
    quoted = [literal(value) for value in rest.values()]
    return statement.replace("{columns}", "".join(f", {one}" for one in rest)).replace(
        "{values}", "".join(f", {one}" for one in quoted)
    )


def literal(value: object) -> str:
    """A default as SQL."""
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'{}'" if hasattr(value, "obj") else "'" + str(value).replace("'", "''") + "'"
