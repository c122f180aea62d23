"""Promises of stock to order lines: made, dispatched or released, each exactly once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.bulk import copy_rows, fresh, give_keys, update_rows
from inventory.allocation import choose_level
from inventory.enums import MovementKind, ReservationState
from inventory.models import Reservation, StockLevel
from inventory.operations.ledger import Ledger
from inventory.operations.places import Places, levels_by_product, make_levels, stock_places
from inventory.operations.shortage import tell_short


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces to promise. ``claim`` names what they are for, ``reference`` is shown to people.

    ``reopen`` makes a promise anew that was released before; without it a late repetition of the
    first request changes nothing. ``warehouse_ids`` are the places to take them from, the one
    preferred most first; none means any open one. Closed ones are passed over.
    """

    product_id: int
    quantity: int
    key: str
    claim: str = ""
    reference: str = ""
    reopen: bool = False
    warehouse_ids: tuple[int, ...] = ()


@dataclass(slots=True)
class Moved:
    """The reservations a call touched or found, by key, and the keys it changed."""

    reservations: dict[str, Reservation] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


def reserve(
    *,
    organization_id: int,
    product_id: int,
    quantity: int,
    key: str,
    reference: str,
    now: datetime,
    claim: str = "",
) -> Reservation:
    """Promise pieces; the same key is one promise, however often it is asked for.

    It is recorded even when there are too few: Allegro has sold them already, and a negative
    availability must be seen. The organization's people are told then. Asking again with another
    quantity resizes an open promise; a settled one stays settled. Publishes ``stock.changed``.
    """
    wanted = Wanted(product_id, quantity, key, claim, reference)
    moved = move_reservations(organization_id=organization_id, wanted=[wanted], now=now)
    return moved.reservations[key]


def release(*, organization_id: int, key: str, reason: str, now: datetime) -> bool:
    """Give promised pieces back; False when the promise is unknown or already settled."""
    moved = move_reservations(
        organization_id=organization_id, release_keys=[key], reason=reason, now=now
    )
    return key in moved.changed


def consume(*, organization_id: int, key: str, now: datetime) -> bool:
    """Take promised pieces out of the warehouse; False when unknown or already settled.

    When fewer lie on hand than were promised, on hand stops at zero: the goods have left, so the
    count was wrong, and the ledger line says by how much.
    """
    moved = move_reservations(organization_id=organization_id, consume_keys=[key], now=now)
    return key in moved.changed


def move_reservations(
    *,
    organization_id: int,
    now: datetime,
    wanted: Sequence[Wanted] = (),
    consume_keys: Collection[str] = (),
    consume_claims: Collection[str] = (),
    release_keys: Collection[str] = (),
    release_claims: Collection[str] = (),
    reason: str = "",
) -> Moved:
    """Make, dispatch and release many promises in a fixed number of statements, under one lock.

    A key that is wanted and consumed in the same call is promised first. Claims stand for every
    promise made for them. One transaction; publishes ``stock.changed``.
    """
    with transaction.atomic():
        settling = _named(
            organization_id, {*consume_keys, *release_keys}, {*consume_claims, *release_claims}
        )
        products = {one.product_id for one in wanted}
        products.update(settling.values_list("product_id", flat=True))
        if not products:
            return Moved()
        desk = _Desk.open(organization_id, products, wanted, now)
        for one in wanted:
            desk.promise(one)
        desk.load(settling)
        consumed, released = set(consume_claims), set(release_claims)
        for reservation in list(desk.moved.reservations.values()):
            if reservation.key in consume_keys or reservation.claim in consumed:
                desk.dispatch(reservation)
            elif reservation.key in release_keys or reservation.claim in released:
                desk.release(reservation, reason)
        desk.close()
        return desk.moved


def _named(organization_id: int, keys: set[str], claims: set[str]) -> QuerySet[Reservation]:
    found: QuerySet[Reservation] = Reservation.objects.filter(organization_id=organization_id)
    if not keys and not claims:
        return found.none()
    return found.filter(Q(key__in=keys) | Q(claim__in=claims - {""}))


@dataclass(slots=True)
class _Desk:
    """The locked levels of some products and what one call does with them."""

    ledger: Ledger
    levels: dict[int, list[StockLevel]]
    places: Places
    moved: Moved = field(default_factory=Moved)
    new: list[Reservation] = field(default_factory=list)
    touched: dict[int, Reservation] = field(default_factory=dict)
    short: list[StockLevel] = field(default_factory=list)

    @classmethod
    def open(
        cls, organization_id: int, products: set[int], wanted: Sequence[Wanted], now: datetime
    ) -> _Desk:
        """Lock the levels of ``products``, making those in the default warehouse that are missing."""
        places = stock_places(organization_id=organization_id)
        # Made before any is locked, as counting and importing do: whoever makes a level that another
        # makes too waits for it, and must not hold a level then that the other still wants.
        make_levels(
            organization_id=organization_id,
            wanted={(one.product_id, places.preferred(one.warehouse_ids)) for one in wanted},
            places=places,
        )
        levels = levels_by_product(organization_id=organization_id, product_ids=products)
        desk = cls(Ledger(organization_id, now), levels, places)
        # Read under the lock: whoever made one of these promises meanwhile has let go of it.
        desk.load(
            Reservation.objects.filter(
                organization_id=organization_id, key__in=[one.key for one in wanted]
            )
        )
        return desk

    def load(self, reservations: Iterable[Reservation]) -> None:
        for reservation in reservations:
            self.moved.reservations.setdefault(reservation.key, reservation)

    def promise(self, one: Wanted) -> None:
        """Make a promise, resize an open one, make a released one anew when that is wanted."""
        found = self.moved.reservations.get(one.key)
        if found is None:
            self._promise_new(one)
        elif found.state == ReservationState.ACTIVE and found.quantity != one.quantity:
            self._resize(found, one.quantity)
        elif found.state == ReservationState.RELEASED and one.reopen:
            found.state, found.settled_at = ReservationState.ACTIVE, None
            found.quantity = 0
            self._resize(found, one.quantity)

    def dispatch(self, reservation: Reservation) -> None:
        if reservation.state != ReservationState.ACTIVE:
            return
        level = self._level_of(reservation)
        there = min(level.on_hand, reservation.quantity)
        missing = reservation.quantity - there
        self.ledger.move(
            level,
            kind=MovementKind.DISPATCH,
            key=f"dispatch:{reservation.key}",
            on_hand=-there,
            reserved=-reservation.quantity,
            reason=_("%(missing)d more than were on hand") % {"missing": missing}
            if missing
            else "",
            reference=reservation.reference,
        )
        self._settle(reservation, ReservationState.CONSUMED)

    def release(self, reservation: Reservation, reason: str) -> None:
        if reservation.state != ReservationState.ACTIVE:
            return
        self.ledger.move(
            self._level_of(reservation),
            kind=MovementKind.RELEASE,
            key=_numbered("release", reservation),
            reserved=-reservation.quantity,
            reason=reason,
            reference=reservation.reference,
        )
        self._settle(reservation, ReservationState.RELEASED)

    def close(self) -> None:
        """Write everything."""
        give_keys(self.new)
        copy_rows(self.new)
        update_rows(list(self.touched.values()), ["state", "settled_at", "quantity", "times"])
        self.ledger.write()
        tell_short(levels=[one for one in self.short if one.available < 0], now=self.ledger.now)

    def _promise_new(self, one: Wanted) -> None:
        level = choose_level(
            [a for a in self.levels[one.product_id] if a.warehouse_id in self.places.open],
            quantity=one.quantity,
            default_warehouse_id=self.places.default,
            preferred=self.places.preferred(one.warehouse_ids),
        )
        assert level is not None  # made by open() where it was missing
        reservation = fresh(
            Reservation,
            organization_id=self.ledger.organization_id,
            key=one.key,
            claim=one.claim,
            warehouse_id=level.warehouse_id,
            product_id=one.product_id,
            quantity=one.quantity,
            reference=one.reference[:120],
            created_at=self.ledger.now,
        )
        self._reserve_on(level, reservation, one.quantity)
        self.new.append(reservation)
        self.moved.reservations[one.key] = reservation

    def _resize(self, reservation: Reservation, quantity: int) -> None:
        change = quantity - reservation.quantity
        reservation.times += 1
        reservation.quantity = quantity
        self._reserve_on(self._level_of(reservation), reservation, change)
        self._touch(reservation)

    def _reserve_on(self, level: StockLevel, reservation: Reservation, change: int) -> None:
        known = level.on_hand > 0 or level.reserved > 0
        self.ledger.move(
            level,
            kind=MovementKind.RESERVE if change > 0 else MovementKind.RELEASE,
            key=_numbered("reserve", reservation),
            reserved=change,
            reference=reservation.reference,
        )
        self.moved.changed.add(reservation.key)
        if level.available < 0 and known:
            self.short.append(level)

    def _settle(self, reservation: Reservation, state: ReservationState) -> None:
        reservation.state = state
        reservation.settled_at = self.ledger.now
        self.moved.changed.add(reservation.key)
        self._touch(reservation)

    def _touch(self, reservation: Reservation) -> None:
        if reservation.pk is not None:
            self.touched[reservation.pk] = reservation

    def _level_of(self, reservation: Reservation) -> StockLevel:
        return next(
            level
            for level in self.levels[reservation.product_id]
            if level.warehouse_id == reservation.warehouse_id
        )


def _numbered(verb: str, reservation: Reservation) -> str:
    again = f"#{reservation.times}" if reservation.times > 1 else ""
    return f"{verb}:{reservation.key}{again}"
