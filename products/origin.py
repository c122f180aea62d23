"""Who changes products, and through what: told to the trigger that notes every change.

The notes are made by the database (:class:`products.models.ProductChange`), which learns the rest from
settings of the transaction. Whoever writes products sets them around the write::

    with transaction.atomic(), changes_by(Origin(ChangeSource.IMPORT, str(job.pk)), actor, now):
        ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from products.enums import ChangeSource

if TYPE_CHECKING:
    from accounts.models import User

NAMES = ("hub.change_source", "hub.change_reference", "hub.change_actor", "hub.change_at")
READ = ", ".join(f"current_setting('{name}', true)" for name in NAMES)
WRITE = ", ".join(f"set_config('{name}', %s, true)" for name in NAMES)


@dataclass(frozen=True, slots=True)
class Origin:
    """Through what a change comes: ``reference`` is the number of the import, run, edit or change."""

    source: ChangeSource
    reference: str = ""


BY_PERSON = Origin(ChangeSource.PERSON)
BY_API = Origin(ChangeSource.API)
BY_ITSELF = Origin(ChangeSource.SYSTEM)


@contextmanager
def changes_by(origin: Origin, actor: User | None, now: datetime) -> Iterator[None]:
    """Changes of products inside the block are this actor's, at ``now``; call it inside a transaction.

    What was said before holds again afterwards; a rollback takes it back as well.
    """
    told = [
        origin.source.value,
        origin.reference,
        str(actor.pk) if actor else "",
        now.isoformat(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {READ}")
        before = [value or "" for value in cursor.fetchone()]
        cursor.execute(f"SELECT {WRITE}", told)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WRITE}", before)


def origin_of(actor: User | None) -> Origin:
    """What a change comes through when nothing else is said."""
    return BY_PERSON if actor else BY_ITSELF
