"""Goods that come back and may be sold again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import NotYours
from inventory.enums import MovementKind
from inventory.locks import locked_level
from inventory.models import StockMovement, Warehouse
from inventory.operations.ledger import Ledger
from inventory.operations.setting import HIGHEST, InvalidStock, settle_short
from inventory.operations.warehouses import ensure_default_warehouse
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User


def restock(
    *,
    organization_id: int,
    product_id: int,
    quantity: int,
    key: str,
    reference: str,
    reason: str,
    warehouse_id: int | None,
    actor: User | None,
    now: datetime,
) -> bool:
    """Put returned pieces back on the shelf; False when this ``key`` was booked before.

    ``warehouse_id`` None is the default warehouse. Writes a RETURN line of the ledger, an audit
    entry when a person did it, and publishes ``stock.changed``. Raises
    :class:`~inventory.operations.InvalidStock` for a quantity below 1 and
    :class:`~core.errors.NotYours` for a product or warehouse of somebody else.
    """
    if not 1 <= quantity <= HIGHEST:
        raise InvalidStock(_("At least one piece comes back."), fields={"quantity": [_("From 1.")]})
    warehouse = _place(organization_id, product_id, warehouse_id)
    with transaction.atomic():
        level = locked_level(
            organization_id=organization_id, product_id=product_id, warehouse_id=warehouse.pk
        )
        if StockMovement.objects.filter(organization_id=organization_id, key=key).exists():
            return False
        ledger = Ledger(organization_id, now)
        ledger.move(
            level,
            kind=MovementKind.RETURN,
            key=key,
            on_hand=quantity,
            reason=reason,
            reference=reference,
            actor=actor,
        )
        ledger.write()
        settle_short(level=level, now=now)
        if actor is not None:
            record(
                action="stock.restocked",
                target=level,
                actor=actor,
                organization_id=organization_id,
                now=now,
                before={"on_hand": level.on_hand - quantity},
                after={"on_hand": level.on_hand, "reason": reason, "reference": reference},
            )
    return True


def _place(organization_id: int, product_id: int, warehouse_id: int | None) -> Warehouse:
    if not Product.objects.filter(organization_id=organization_id, pk=product_id).exists():
        raise NotYours
    if warehouse_id is None:
        return ensure_default_warehouse(organization_id=organization_id)
    found = Warehouse.objects.filter(organization_id=organization_id, pk=warehouse_id).first()
    if found is None:
        raise NotYours
    return found
