"""Shops to measure on: each measure takes a new one, in the same database."""

from __future__ import annotations

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
