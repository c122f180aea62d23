"""Archiving, bringing back and deleting products."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from core.audit import record
from products.holding import held_by
from products.locks import lock_product
from products.models import Product
from products.operations.checking import EDITABLE
from products.operations.saving import tell
from products.origin import Origin, changes_by, origin_of

if TYPE_CHECKING:
    from accounts.models import User


def archive_product(
    *, product: Product, actor: User | None, now: datetime, origin: Origin | None = None
) -> Product:
    """Take the product out of lists and matching; its history, stock and links stay."""
    return _set_archived(product, now, "product.archived", actor, now, origin)


def restore_product(
    *, product: Product, actor: User | None, now: datetime, origin: Origin | None = None
) -> Product:
    """Bring an archived product back."""
    return _set_archived(product, None, "product.restored", actor, now, origin)


def remove_product(
    *, product: Product, actor: User | None, now: datetime, origin: Origin | None = None
) -> str:
    """Delete what nothing refers to, archive the rest; answers ``deleted`` or ``archived``."""
    with transaction.atomic():
        locked = lock_product(product=product)
        if held_by(locked):
            archive_product(product=locked, actor=actor, now=now, origin=origin)
            return "archived"
        record(
            action="product.deleted",
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={name: getattr(locked, name) for name in EDITABLE},
        )
        locked.delete()
    return "deleted"


def _set_archived(
    product: Product,
    at: datetime | None,
    action: str,
    actor: User | None,
    now: datetime,
    origin: Origin | None,
) -> Product:
    with transaction.atomic(), changes_by(origin or origin_of(actor), actor, now):
        locked = lock_product(product=product)
        if locked.is_archived == (at is not None):
            return locked
        before = locked.archived_at
        locked.archived_at = at
        locked.version += 1
        locked.save(update_fields=["archived_at", "version", "updated_at"])
        record(
            action=action,
            target=locked,
            actor=actor,
            organization_id=locked.organization_id,
            now=now,
            before={"archived_at": before},
            after={"archived_at": at},
        )
        tell(locked)
    return locked
