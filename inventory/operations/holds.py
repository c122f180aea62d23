"""Holds: pieces kept for a shop, a script or a person, never more than are free."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.audit import record
from core.errors import HubError, NotYours, StateConflict, Text
from inventory.enums import HoldState, MovementKind
from inventory.locks import lock_expired_holds, lock_hold, lock_levels
from inventory.models import Hold, Reservation, StockLevel, Warehouse
from inventory.operations.ledger import HIGHEST, InvalidStock, Ledger
from inventory.operations.places import Places, stock_places
from inventory.operations.reservations import move_reservations
from inventory.queries.bundles import Component, components_of
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 200


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


class HoldIsOver(StateConflict):
    """The pieces are not kept any more, or were sold already."""

    code = "reservation_is_over"
    title: ClassVar[Text] = gettext_lazy("The reservation is over")


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
        _audit(hold, action="stock.held", actor=actor, now=now)
    return hold


def confirm_hold(*, hold: Hold, actor: User | None, now: datetime) -> Hold:
    """The pieces are sold: they leave the shelf. Again is the same.

    Raises :class:`HoldIsOver` once the hold was released or its time is over.
    """
    with transaction.atomic():
        locked = lock_hold(hold=hold)
        if locked.state == HoldState.CONFIRMED:
            return locked
        if not locked.is_active or (locked.expires_at and locked.expires_at <= now):
            raise HoldIsOver(_("The pieces are not kept any more."), remedy=_("Reserve them anew."))
        return _settle(locked, HoldState.CONFIRMED, actor=actor, now=now)


def release_hold(*, hold: Hold, actor: User | None, now: datetime) -> Hold:
    """Give the pieces back. Again is the same; raises :class:`HoldIsOver` when they were sold."""
    with transaction.atomic():
        locked = lock_hold(hold=hold)
        if locked.state == HoldState.CONFIRMED:
            raise HoldIsOver(
                _("The pieces were sold."), remedy=_("Book them as a return when they come back.")
            )
        if not locked.is_active:
            return locked
        return _settle(locked, HoldState.RELEASED, actor=actor, now=now)


def expire_holds(*, now: datetime, product_ids: Collection[int] | None = None) -> int:
    """Let go of the holds whose time is over, of these products or of all; returns how many.

    In batches of their own transactions; those somebody else settles at this moment are theirs.
    """
    expired = 0
    while True:
        with transaction.atomic():
            due = lock_expired_holds(now=now, limit=BATCH, product_ids=product_ids)
            by_organization: dict[int, list[Hold]] = {}
            for hold in due:
                by_organization.setdefault(hold.organization_id, []).append(hold)
            for organization_id, holds in sorted(by_organization.items()):
                move_reservations(
                    organization_id=organization_id,
                    release_claims=[hold.claim for hold in holds],
                    reason=_("Expired"),
                    now=now,
                )
            Hold.objects.filter(pk__in=[hold.pk for hold in due]).update(
                state=HoldState.EXPIRED, settled_at=now
            )
        expired += len(due)
        if len(due) < BATCH:
            return expired


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
    from inventory.queries.bundles import bundles_holding

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
    free = _free(hold, parts, levels, places)
    if free is not None and free < hold.quantity:
        raise NotEnoughStock(available=max(free, 0), code=hold.product.code)
    ledger, reservations = Ledger(hold.organization_id, hold.created_at), []
    for part in parts:
        usable = _usable(hold, part, levels, places)
        for level, pieces in _spread(usable, hold.quantity * part.units, places.default):
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


def _free(
    hold: Hold, parts: Sequence[Component], levels: Sequence[StockLevel], places: Places
) -> int | None:
    """How many of the product may be kept; None when nothing limits it.

    What is oversold in one place will have to be taken from another, so no place gives more than
    all together have.
    """
    limits = []
    for part in parts:
        everywhere = sum(
            level.available
            for level in levels
            if level.product_id == part.product_id and level.warehouse_id in places.open
        )
        here = sum(level.available for level in _usable(hold, part, levels, places))
        limits.append(min(everywhere, here) // part.units)
    return min(limits, default=None)


def _usable(
    hold: Hold, part: Component, levels: Sequence[StockLevel], places: Places
) -> list[StockLevel]:
    wanted = places.open & {hold.warehouse_id} if hold.warehouse_id else places.open
    return [
        level
        for level in levels
        if level.product_id == part.product_id
        and level.warehouse_id in wanted
        and level.available > 0
    ]


def _spread(
    levels: Sequence[StockLevel], quantity: int, default: int
) -> list[tuple[StockLevel, int]]:
    """Where the pieces are taken from: one place if one has them all, the default one first."""
    fullest_first = sorted(
        levels,
        key=lambda one: (
            one.available < quantity,
            one.warehouse_id != default,
            -one.available,
            one.pk,
        ),
    )
    taken = []
    for level in fullest_first:
        if quantity > 0:
            pieces = min(level.available, quantity)
            taken.append((level, pieces))
            quantity -= pieces
    return taken


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


def _settle(hold: Hold, state: HoldState, *, actor: User | None, now: datetime) -> Hold:
    claims = [hold.claim]
    sold = state == HoldState.CONFIRMED
    move_reservations(
        organization_id=hold.organization_id,
        consume_claims=claims if sold else (),
        release_claims=() if sold else claims,
        reason=_("Given back"),
        now=now,
    )
    hold.state, hold.settled_at = state, now
    hold.save(update_fields=["state", "settled_at"])
    _audit(hold, action=f"stock.hold_{state.value.lower()}", actor=actor, now=now)
    return hold


def _audit(hold: Hold, *, action: str, actor: User | None, now: datetime) -> None:
    if actor is None:
        return
    after: Mapping[str, object] = {
        "product": hold.product_id,
        "quantity": hold.quantity,
        "state": hold.state,
    }
    record(
        action=action,
        target=hold,
        actor=actor,
        organization_id=hold.organization_id,
        now=now,
        after=after,
    )
