"""Stock counted or corrected by a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import StateConflict
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations.bundles import refuse_bundle
from inventory.operations.ledger import HIGHEST, InvalidStock, Ledger
from inventory.operations.low_stock import watch_low_stock
from inventory.operations.places import locked_level
from notifications.operations import settle

if TYPE_CHECKING:
    from accounts.models import User
    from products.models import Product


def set_on_hand(
    *,
    organization_id: int,
    product_id: int,
    warehouse: Warehouse,
    on_hand: int,
    reason: str,
    actor: User | None,
    now: datetime,
    key: str,
    kind: MovementKind = MovementKind.ADJUSTMENT,
    expected: int | None = None,
) -> StockLevel:
    """Set how many pieces lie in ``warehouse``; the same ``key`` counts once. Reservations stay.

    ``expected`` is the number the person looked at: :class:`~core.errors.StateConflict` when it has
    moved since. Writes a ledger line and an audit entry, publishes ``stock.changed``; setting the
    present number writes nothing. Raises :class:`InvalidStock` for a negative number,
    :class:`~inventory.operations.BundleHasNoStock` for a bundle.
    """
    if not 0 <= on_hand <= HIGHEST:
        raise InvalidStock(_("Stock is a whole number from 0."), fields={"on_hand": [_("From 0.")]})
    with transaction.atomic():
        level = locked_level(
            organization_id=organization_id, product_id=product_id, warehouse_id=warehouse.pk
        )
        if StockMovement.objects.filter(organization_id=organization_id, key=key).exists():
            return level
        refuse_bundle(organization_id=organization_id, product_id=product_id)
        if expected is not None and expected != level.on_hand:
            raise StateConflict(
                _("The stock is %(now)d now, not %(then)d.")
                % {"now": level.on_hand, "then": expected},
                remedy=_("Look at the present number, then set yours again."),
            )
        before = level.on_hand
        if before == on_hand:
            return level
        ledger = Ledger(organization_id, now)
        ledger.move(level, kind=kind, key=key, on_hand=on_hand - before, reason=reason, actor=actor)
        ledger.write()
        settle_short(level=level, now=now)
        record(
            action="stock.set",
            target=level,
            actor=actor,
            organization_id=organization_id,
            now=now,
            before={"on_hand": before},
            after={"on_hand": on_hand, "reason": reason},
        )
    return level


def set_minimum(
    *,
    organization_id: int,
    product_id: int,
    warehouse: Warehouse,
    minimum: int | None,
    actor: User | None,
    now: datetime,
) -> StockLevel:
    """Set from how many pieces on stock counts as low in ``warehouse``; None: the product's own rule."""
    if minimum is not None and not 0 <= minimum <= HIGHEST:
        raise InvalidStock(
            _("The minimum is a whole number from 0."), fields={"minimum": [_("From 0.")]}
        )
    with transaction.atomic():
        level = locked_level(
            organization_id=organization_id, product_id=product_id, warehouse_id=warehouse.pk
        )
        before = level.minimum
        if before != minimum:
            level.minimum = minimum
            level.save(update_fields=["minimum", "updated_at"])
            record(
                action="stock.minimum_set",
                target=level,
                actor=actor,
                organization_id=organization_id,
                now=now,
                before={"minimum": before},
                after={"minimum": minimum},
            )
    return level


def settle_short(*, level: StockLevel, now: datetime) -> None:
    """Take back the notice that this product was sold beyond its stock, once it no longer is."""
    if level.available >= 0:
        key = f"stock.short:{level.product_id}"
        settle(organization_id=level.organization_id, dedupe_key=key, now=now)


def correct_stock(
    *,
    product: Product,
    warehouse: Warehouse,
    on_hand: int,
    minimum: int | None,
    reason: str,
    actor: User | None,
    now: datetime,
    key: str,
    expected: int | None = None,
) -> StockLevel:
    """:func:`set_on_hand` and :func:`set_minimum` of a product in one transaction."""
    with transaction.atomic():
        set_on_hand(
            organization_id=product.organization_id,
            product_id=product.pk,
            warehouse=warehouse,
            on_hand=on_hand,
            reason=reason,
            actor=actor,
            now=now,
            key=key,
            expected=expected,
        )
        level = set_minimum(
            organization_id=product.organization_id,
            product_id=product.pk,
            warehouse=warehouse,
            minimum=minimum,
            actor=actor,
            now=now,
        )
    # Stock that was set is looked at when its message comes; a minimum alone sends none.
    watch_low_stock(organization_id=product.organization_id, product_ids=[product.pk], now=now)
    return level
