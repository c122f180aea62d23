"""Goods that come back and may be sold again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record
from core.errors import HubError, NotYours, Text
from inventory.enums import MovementKind
from inventory.locks import lock_levels
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations.ledger import HIGHEST, InvalidStock, Ledger
from inventory.operations.places import make_levels_in
from inventory.operations.setting import settle_short
from inventory.operations.warehouses import ensure_default_warehouse
from inventory.queries.bundles import components_of
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

    ``warehouse_id`` None is the default warehouse. Of a bundle its parts come back. Writes RETURN lines
    of the ledger, audit entries when a person did it, and publishes ``stock.changed``. Raises
    :class:`~inventory.operations.InvalidStock` for a quantity below 1 and
    :class:`~core.errors.NotYours` for a product or warehouse of somebody else.
    """
    if not 1 <= quantity <= HIGHEST:
        raise InvalidStock(_("At least one piece comes back."), fields={"quantity": [_("From 1.")]})
    warehouse = _place(organization_id, product_id, warehouse_id)
    bundle = components_of(organization_id=organization_id, product_ids=[product_id])
    parts = [one for one in bundle.get(product_id, ()) if one.tracked]
    pieces = {one.product_id: (quantity * one.units, f"{key}:{one.product_id}") for one in parts}
    if not bundle:
        pieces = {product_id: (quantity, key)}
    with transaction.atomic():
        make_levels_in(
            organization_id=organization_id, product_ids=pieces.keys(), warehouse_id=warehouse.pk
        )
        levels = lock_levels(organization_id=organization_id, product_ids=pieces.keys())
        return _book(
            organization_id,
            [
                (level, *pieces[level.product_id])
                for level in levels
                if level.warehouse_id == warehouse.pk
            ],
            Cause(reason=reason, reference=reference, actor=actor, now=now),
        )


class PiecesGone(HubError):
    """Returned pieces are to be taken off the shelf again, and do not lie there any more."""

    status = 409
    code = "pieces_gone"
    title: ClassVar[Text] = gettext_lazy("The pieces are not on the shelf any more")


@dataclass(frozen=True, slots=True)
class ReturnedPieces:
    """Pieces of one product for one place, below zero when an earlier booking is taken back."""

    product_id: int
    warehouse_id: int
    quantity: int
    key: str


def rebook_returned(
    *,
    organization_id: int,
    pieces: Sequence[ReturnedPieces],
    reference: str,
    reason: str,
    actor: User | None,
    now: datetime,
) -> None:
    """Book what a decision about returned goods changes, each ``key`` once, under one lock.

    Products are taken as they are: of a bundle the caller names the parts. Writes RETURN lines of the
    ledger, audit entries when a person did it, and publishes ``stock.changed``. Raises
    :class:`PiecesGone`, and then nothing is booked.
    """
    products = {one.product_id for one in pieces}
    with transaction.atomic():
        for warehouse_id in sorted({one.warehouse_id for one in pieces}):
            make_levels_in(
                organization_id=organization_id, product_ids=products, warehouse_id=warehouse_id
            )
        locked = lock_levels(organization_id=organization_id, product_ids=products)
        levels = {(one.product_id, one.warehouse_id): one for one in locked}
        cause = Cause(reason=reason, reference=reference, actor=actor, now=now)
        moves = [
            (levels[one.product_id, one.warehouse_id], one.quantity, one.key)
            for one in pieces
            if one.quantity
        ]
        _book(organization_id, moves, cause)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why pieces come back, and who says so."""

    reason: str
    reference: str
    actor: User | None
    now: datetime


def _book(
    organization_id: int, pieces: Sequence[tuple[StockLevel, int, str]], cause: Cause
) -> bool:
    booked = set(
        StockMovement.objects.filter(
            organization_id=organization_id, key__in=[key for _level, _pieces, key in pieces]
        ).values_list("key", flat=True)
    )
    ledger = Ledger(organization_id, cause.now)
    for level, quantity, key in pieces:
        if key in booked:
            continue
        ledger.move(
            level,
            kind=MovementKind.RETURN,
            key=key,
            on_hand=quantity,
            reason=cause.reason,
            reference=cause.reference,
            actor=cause.actor,
        )
        settle_short(level=level, now=cause.now)
        if cause.actor is not None:
            record(
                action="stock.restocked",
                target=level,
                actor=cause.actor,
                organization_id=organization_id,
                now=cause.now,
                before={"on_hand": level.on_hand - quantity},
                after={
                    "on_hand": level.on_hand,
                    "reason": cause.reason,
                    "reference": cause.reference,
                },
            )
    if any(level.on_hand < 0 for level in ledger.levels.values()):
        raise PiecesGone(
            _("Some of the pieces put back on the shelf were sold or moved since."),
            remedy=_("Correct the stock of the product instead."),
        )
    ledger.write()
    return bool(ledger.movements)


def _place(organization_id: int, product_id: int, warehouse_id: int | None) -> Warehouse:
    if not Product.objects.filter(organization_id=organization_id, pk=product_id).exists():
        raise NotYours
    if warehouse_id is None:
        return ensure_default_warehouse(organization_id=organization_id)
    places = Warehouse.objects.filter(organization_id=organization_id, pk=warehouse_id)
    found: Warehouse | None = places.first()
    if found is None:
        raise NotYours
    return found
