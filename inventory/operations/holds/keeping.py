"""Pieces are kept: once per key, and never more than are free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import HubError, NotYours, StateConflict, Text
from inventory.enums import MovementKind
from inventory.locks import lock_levels
from inventory.models import Hold, Reservation, StockLevel, Warehouse
from inventory.operations.holds.audit import audit_hold
from inventory.operations.holds.settling import expire_holds
from inventory.operations.holds.spreading import free, spread, usable
from inventory.operations.ledger import HIGHEST, InvalidStock, Ledger
from inventory.operations.places import stock_places
from inventory.queries.bundles import Component, bundles_holding, components_of
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User


class NotEnoughStock(HubError):
    """Fewer pieces are free than were asked for; ``available`` says how many are."""

    status = 409
    code = "not_enough_stock"
    title: ClassVar[Text] = gettext_lazy("There is not enough stock")

    def __init__(self, *, available: int, code: str) -> None:
        text = ngettext(
            "Only %(count)d piece of %(code)s is free.",
            "Only %(count)d pieces of %(code)s are free.",
            available,
        )
        super().__init__(
            text % {"count": available, "code": code},
            remedy=_("Ask for fewer, or wait until pieces come in."),
            fields={"available": available},
        )
        self.available = available


def reserve_strictly(
    *,
    organization_id: int,
    product_id: int,
    quantity: int,
    key: str,
    reference: str,
    expires_at: datetime | None,
    actor: User | None,
    now: datetime,
    warehouse_id: int | None = None,
) -> Hold:
    """Keep ``quantity`` pieces until ``expires_at`` (None: until told otherwise); once per ``key``.

    Never beyond what is free: raises :class:`NotEnoughStock` and writes nothing. Of a bundle the
    parts are kept. Taken from ``warehouse_id``, else from whichever open places have them, several
    if need be. Holds of the product whose time is over are let go of first. Audited for persons,
    publishes ``stock.changed``. Raises :class:`~core.errors.StateConflict` when the key was used for
    something else, :class:`~core.errors.NotYours` for somebody else's product or warehouse.
    """
    if not 1 <= quantity <= HIGHEST:
        raise InvalidStock(_("Reserve at least one piece."), fields={"quantity": [_("From 1.")]})
    product = _product(organization_id, product_id, warehouse_id)
    parts = _parts(product)
    expire_holds(now=now, product_ids=_kept_for(organization_id, product, parts))
    hold = Hold(
        organization_id=organization_id,
        key=key,
        product=product,
        quantity=quantity,
        warehouse_id=warehouse_id,
        reference=reference[:120],
        expires_at=expires_at,
        actor=actor,
        created_at=now,
    )
    with transaction.atomic():
        if not _is_first(hold):
            return _same_as_before(hold)
        _take(hold, parts)
        audit_hold(hold, action="stock.held", actor=actor, now=now)
    return hold


def _product(organization_id: int, product_id: int, warehouse_id: int | None) -> Product:
    found: Product | None = Product.objects.filter(
        organization_id=organization_id, pk=product_id
    ).first()
    if found is None:
        raise NotYours
    places = Warehouse.objects.filter(organization_id=organization_id)
    if warehouse_id is not None and not places.filter(pk=warehouse_id).exists():
        raise NotYours
    return found


def _parts(product: Product) -> list[Component]:
    """What is taken for one piece; nothing where no stock is kept."""
    bundle = components_of(organization_id=product.organization_id, product_ids=[product.pk])
    own = Component(product.pk, 1, product.track_inventory)
    return [one for one in bundle.get(product.pk, (own,)) if one.tracked]


def _kept_for(organization_id: int, product: Product, parts: Sequence[Component]) -> set[int]:
    """Products whose holds keep pieces of these parts: the parts and the bundles with them."""
    ids = {one.product_id for one in parts}
    return {product.pk, *ids, *bundles_holding(organization_id=organization_id, product_ids=ids)}


def _is_first(hold: Hold) -> bool:
    """Insert the hold; False when its key is taken. Two at once: the second waits for the first."""
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _same_as_before(hold: Hold) -> Hold:
    before: Hold = Hold.objects.get(organization_id=hold.organization_id, key=hold.key)
    if (before.product_id, before.quantity) != (hold.product_id, hold.quantity):
        raise StateConflict(
            _("This key belongs to another reservation."),
            remedy=_("Use a new key for a new reservation."),
        )
    return before


def _take(hold: Hold, parts: Sequence[Component]) -> None:
    places = stock_places(organization_id=hold.organization_id)
    levels = lock_levels(
        organization_id=hold.organization_id, product_ids=[one.product_id for one in parts]
    )
    available = free(hold, parts, levels, places)
    if available is not None and available < hold.quantity:
        raise NotEnoughStock(available=max(available, 0), code=hold.product.code)
    ledger, reservations = Ledger(hold.organization_id, hold.created_at), []
    for part in parts:
        here = usable(hold, part, levels, places)
        for level, pieces in spread(here, hold.quantity * part.units, places.default):
            reservation = _reservation(hold, level, pieces)
            reservations.append(reservation)
            ledger.move(
                level,
                kind=MovementKind.RESERVE,
                key=f"reserve:{reservation.key}",
                reserved=pieces,
                reference=reservation.reference,
                actor=hold.actor,
            )
    Reservation.objects.bulk_create(reservations)
    ledger.write()


def _reservation(hold: Hold, level: StockLevel, pieces: int) -> Reservation:
    return Reservation(
        organization_id=hold.organization_id,
        key=f"{hold.claim}:{level.product_id}:{level.warehouse_id}",
        claim=hold.claim,
        warehouse_id=level.warehouse_id,
        product_id=level.product_id,
        quantity=pieces,
        reference=hold.reference or hold.claim,
        created_at=hold.created_at,
    )
