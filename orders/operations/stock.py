"""What orders do to stock, line by line, each step once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.enums import ReservationState
from inventory.models import Reservation
from inventory.operations import Wanted, move_reservations
from offers.models import Offer
from offers.queries import feeding_warehouse_ids
from orders import ladder
from orders.enums import DisplayStatus, StockState
from orders.ladder import StockWish
from orders.locks import lock_account_orders
from orders.models import Order, OrderLine
from orders.operations.desk import Desk, Entry
from orders.queries import Part, SoldOffer, claim_of, sold_offers
from settings_app.models import Integration

# Lines looked at in one transaction when offers get linked.
BATCH = 500
OPEN_TO_STOCK = frozenset({StockState.NONE, StockState.UNLINKED, StockState.RELEASED})


def move_stock(desk: Desk, entries: Iterable[Entry]) -> None:
    """Promise, dispatch and release what the entries' lines ask for, under one lock of the levels.

    A promise takes ``quantity`` x the pieces per sold unit of every linked product. Lines of offers
    without a product wait as UNLINKED. Products whose stock is not tracked and orders Allegro ships
    are NOT_OURS. Sales that were over before the account was connected (EARLIER) move nothing. New
    promises are made from the warehouses that feed the account.
    """
    plan = _Plan()
    for entry in entries:
        if entry.counts:
            _plan_order(plan, desk, entry)
            _plan_missing(plan, desk, entry)
    plan.carry_out(integration=desk.integration, offers=desk.offers, now=desk.now)
    for line in plan.moved:
        desk.touch(line)


def reserve_linked_lines(*, organization_id: int, offer_ids: Collection[int], now: datetime) -> int:
    """Promise stock for open orders' lines that waited for a product; returns how many got it.

    Called when offers were linked. Also notes the offer on lines that were read before it was known.
    Idempotent; one transaction per account and batch of lines.
    """
    reserved = 0
    by_account: dict[int, list[str]] = {}
    offers = Offer.objects.filter(organization_id=organization_id, pk__in=offer_ids)
    for integration_id, allegro_id in offers.values_list("integration_id", "allegro_id"):
        by_account.setdefault(integration_id, []).append(allegro_id)
    for integration_id, allegro_ids in sorted(by_account.items()):
        for start in range(0, len(allegro_ids), BATCH):
            reserved += _reserve_waiting(
                organization_id, integration_id, allegro_ids[start : start + BATCH], now
            )
    return reserved


def _reserve_waiting(
    organization_id: int, integration_id: int, allegro_ids: Sequence[str], now: datetime
) -> int:
    with transaction.atomic():
        lock_account_orders(integration_id=integration_id)
        waiting = list(
            OrderLine.objects.filter(
                integration_id=integration_id,
                offer_allegro_id__in=allegro_ids,
                stock_state=StockState.UNLINKED,
                order__display_status__in=[status.value for status in ladder.OPEN],
            )
            .select_related("order")
            .order_by("pk")
        )
        if not waiting:
            return 0
        plan = _Plan()
        for line in waiting:
            plan.promise(line, line.order)
        offers = sold_offers(integration_id=integration_id, allegro_ids=allegro_ids)
        integration = Integration.objects.get(pk=integration_id)
        plan.carry_out(integration=integration, offers=offers, now=now)
        for line in waiting:
            line.offer_id = offers[line.offer_allegro_id].pk
        OrderLine.objects.bulk_update(waiting, ["stock_state", "offer"])
    return sum(line.stock_state == StockState.RESERVED for line in waiting)


@dataclass(slots=True)
class _Plan:
    """What is asked of stock, collected before any of it is done.

    ``held`` are lines whose promises stand already and are asked for anew in another number.
    """

    wanted: list[tuple[OrderLine, Order, bool]] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    consume: list[OrderLine] = field(default_factory=list)
    release: list[OrderLine] = field(default_factory=list)
    moved: list[OrderLine] = field(default_factory=list)

    def promise(self, line: OrderLine, order: Order, *, consume: bool = False) -> None:
        self.wanted.append((line, order, line.stock_state == StockState.RELEASED))
        if line.stock_state == StockState.RESERVED:
            self.held.add(claim_of(line))
        if consume:
            self.consume.append(line)

    def mark(self, line: OrderLine, state: StockState) -> None:
        if line.stock_state != state:
            line.stock_state = state
            self.moved.append(line)

    def free(self, line: OrderLine) -> None:
        """Give back what the line holds."""
        self.release.append(line)
        self.mark(line, StockState.RELEASED)

    def carry_out(
        self, *, integration: Integration, offers: Mapping[str, SoldOffer], now: datetime
    ) -> None:
        """Move the stock of the products behind the offers, mark the lines."""
        feeding = feeding_warehouse_ids(integration_id=integration.pk) if self.wanted else ()
        wanted: list[Wanted] = []
        unserved: set[str] = set()
        for line, order, again in self.wanted:
            offer = offers.get(line.offer_allegro_id)
            parts = offer.parts if offer else []
            wanted += self._asked(line, order, parts, reopen=again, feeding=feeding)
            if line.stock_state != StockState.RESERVED:
                unserved.add(line.line_item_id)
        settled = [line for line in self.consume if line.line_item_id not in unserved]
        keys = {one.claim: one.key for one in wanted}
        move_reservations(
            organization_id=integration.organization_id,
            wanted=wanted,
            consume_keys=self._keys_of(settled, wanted),
            consume_claims=[one for line in settled if (one := claim_of(line)) not in keys],
            release_keys=self._strays(integration.organization_id, wanted),
            release_claims=[claim_of(line) for line in self.release],
            reason=_("Order cancelled") if self.release else "",
            now=now,
        )
        for line in settled:
            self.mark(line, StockState.CONSUMED)

    @staticmethod
    def _keys_of(settled: Iterable[OrderLine], wanted: Iterable[Wanted]) -> list[str]:
        claims = {claim_of(line) for line in settled}
        return [one.key for one in wanted if one.claim in claims]

    def _strays(self, organization_id: int, wanted: Iterable[Wanted]) -> list[str]:
        """Promises of lines asked for anew that their offers' products no longer call for."""
        asked = {one.claim for one in wanted} & self.held
        if not asked:
            return []
        standing = Reservation.objects.filter(
            organization_id=organization_id, claim__in=asked, state=ReservationState.ACTIVE
        ).exclude(key__in=[one.key for one in wanted])
        return list(standing.values_list("key", flat=True))

    def _asked(
        self,
        line: OrderLine,
        order: Order,
        parts: list[Part],
        *,
        reopen: bool,
        feeding: tuple[int, ...],
    ) -> list[Wanted]:
        tracked = [part for part in parts if part.tracked]
        if not line.quantity and line.stock_state == StockState.RESERVED:
            self.free(line)
            return []
        if not tracked or not line.quantity:
            if line.stock_state == StockState.RESERVED:
                return []  # the offer lost its product since: what was promised stays promised
            self.mark(line, StockState.NOT_OURS if parts else StockState.UNLINKED)
            return []
        self.mark(line, StockState.RESERVED)
        return [
            Wanted(
                product_id=part.product_id,
                quantity=line.quantity * part.units,
                key=f"{claim_of(line)}:{part.product_id}",
                claim=claim_of(line),
                reference=order.checkout_form_id,
                reopen=reopen or claim_of(line) in self.held,
                warehouse_ids=feeding,
            )
            for part in tracked
        ]


def _plan_order(plan: _Plan, desk: Desk, entry: Entry) -> None:
    wish = ladder.stock_wish(
        display=DisplayStatus(entry.order.display_status),
        provider=entry.order.fulfilment_provider,
    )
    for line in entry.lines:
        over = entry.historic and wish in (StockWish.RESERVE, StockWish.CONSUME)
        if over and line.stock_state == StockState.NONE:
            plan.mark(line, StockState.EARLIER)
        elif line.stock_state != StockState.EARLIER:
            _plan_line(plan, desk, entry.order, line, wish)


def _plan_missing(plan: _Plan, desk: Desk, entry: Entry) -> None:
    """Free what lines hold that Allegro no longer lists, once their order is over.

    Until then they may turn up in the form they were merged into, which takes the promise along.
    """
    if DisplayStatus(entry.order.display_status) in ladder.OPEN:
        return
    listed = {line.line_item_id for line in entry.lines}
    for line in desk.lines_of(entry.order):
        if line.line_item_id not in listed and line.stock_state == StockState.RESERVED:
            plan.free(line)


def _plan_line(plan: _Plan, desk: Desk, order: Order, line: OrderLine, wish: StockWish) -> None:
    held = line.stock_state == StockState.RESERVED
    free = line.stock_state in OPEN_TO_STOCK
    asks = free or (held and line.line_item_id in desk.resized)
    if wish == StockWish.RESERVE and asks:
        plan.promise(line, order)
    elif wish == StockWish.CONSUME and asks:
        plan.promise(line, order, consume=True)
    elif wish == StockWish.CONSUME and held:
        plan.consume.append(line)
    elif wish in (StockWish.RELEASE, StockWish.NOT_OURS):
        if held:
            plan.release.append(line)
        if held or free:
            released = wish == StockWish.RELEASE
            plan.mark(line, StockState.RELEASED if released else StockState.NOT_OURS)
