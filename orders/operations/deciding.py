"""What becomes of returned goods: decided line by line, booked once, taken back when decided anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record
from core.errors import HubError, NotYours, StateConflict, Text
from inventory.models import Warehouse
from inventory.operations import (
    ReturnedPieces,
    ensure_default_warehouse,
    move_reservations,
    rebook_returned,
)
from notifications.operations import settle
from orders.enums import StockState
from orders.locks import lock_account_orders
from orders.models import CustomerReturn, OrderLine, ReturnBooking, ReturnDecision, ReturnLine
from orders.operations.returns import refresh_stage
from orders.queries import claim_of
from orders.queries.returns import Decidable, booked_by, decidable_lines
from orders.restocking import Restock

if TYPE_CHECKING:
    from accounts.models import User

DECIDED = ("sellable", "damaged", "not_received")


class InvalidDecision(HubError):
    """More pieces are decided about than came back, or fewer than none."""

    code = "invalid_decision"
    title: ClassVar[Text] = gettext_lazy("The pieces do not add up")


class RestockUnanswered(HubError):
    """Stock was never taken for these pieces, and nobody said whether to count them in."""

    status = 409
    code = "restock_unanswered"
    title: ClassVar[Text] = gettext_lazy("Say whether the pieces are counted into stock")


class NotDecidedHere(HubError):
    """Allegro takes the goods of this return into its own warehouse."""

    status = 409
    code = "handled_by_allegro"
    title: ClassVar[Text] = gettext_lazy("Allegro handles this return")


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What is decided about a line as a whole, in pieces; the rest stays undecided.

    ``seen`` is the number of decisions the person saw; None does not look. ``book`` answers, where
    stock was never taken for the line, whether sellable pieces are counted in.
    """

    line_id: int
    sellable: int = 0
    damaged: int = 0
    not_received: int = 0
    seen: int | None = None
    book: bool | None = None
    note: str = ""

    @property
    def pieces(self) -> tuple[int, int, int]:
        return self.sellable, self.damaged, self.not_received


def decide_return(
    *,
    customer_return: CustomerReturn,
    decisions: Sequence[LineDecision],
    warehouse_id: int | None,
    actor: User | None,
    now: datetime,
) -> CustomerReturn:
    """Decide about lines of a return: all of the decisions or none.

    Sellable pieces go to ``warehouse_id`` (None: the default warehouse), as parts and units the sale
    took; deciding anew books the difference, also from one warehouse to another. A line that is
    decided as it stands changes nothing, so a repetition books nothing. A promise not yet consumed
    is, because what comes back has left. Audited.

    Raises :class:`InvalidDecision`, :class:`RestockUnanswered`, :class:`NotDecidedHere`,
    :class:`~inventory.operations.PiecesGone`, :class:`~core.errors.NotYours` and
    :class:`~core.errors.StateConflict` (decided by somebody else since; the goods have not left yet).
    """
    with transaction.atomic():
        lock_account_orders(integration_id=customer_return.integration_id)
        row: CustomerReturn = CustomerReturn.objects.select_related("order").get(
            pk=customer_return.pk
        )
        if row.is_fulfilment:
            raise NotDecidedHere(_("The goods go to Allegro's warehouse, not to yours."))
        place = _place(row.organization_id, warehouse_id)
        lines = {one.line.pk: one for one in decidable_lines(row)}
        changed = [(lines[one.line_id], one) for one in decisions if _is_news(lines, one, place)]
        if changed:
            _dispatch_first(row, [found for found, _one in changed], now)
            _book(row, changed, place, actor=actor, now=now)
            refresh_stage(row)
            _settle_notice(row, now)
    return row


def _place(organization_id: int, warehouse_id: int | None) -> Warehouse:
    if warehouse_id is None:
        return ensure_default_warehouse(organization_id=organization_id)
    found: Warehouse | None = Warehouse.objects.filter(
        organization_id=organization_id, pk=warehouse_id, active=True
    ).first()
    if found is None:
        raise NotYours
    return found


def _is_news(lines: dict[int, Decidable], one: LineDecision, place: Warehouse) -> bool:
    """Whether the decision changes anything; raises when it must not be taken."""
    found = lines.get(one.line_id)
    if found is None:
        raise NotYours
    line = found.line
    if min(one.pieces) < 0 or sum(one.pieces) > line.quantity:
        raise InvalidDecision(
            _("Of %(name)s %(count)d came back.") % {"name": line.name, "count": line.quantity},
            remedy=_("Decide about at most that many pieces."),
        )
    if one.pieces == (line.sellable, line.damaged, line.not_received) and not _moves(
        found, one, place
    ):
        return False
    if one.seen is not None and one.seen != line.decisions_made:
        raise StateConflict(
            _("Somebody decided about %(name)s since you looked.") % {"name": line.name},
            remedy=_("Look at the return as it is now, then decide."),
        )
    _check_rule(found, one)
    return True


def _moves(found: Decidable, one: LineDecision, place: Warehouse) -> bool:
    """Whether the same pieces go to another place, or are counted in or out of stock."""
    if not one.sellable:
        return False
    counted = found.line.warehouse_id is not None
    if found.rule == Restock.ASKS and one.book is not None and one.book != counted:
        return True
    return counted and found.line.warehouse_id != place.pk


def _check_rule(found: Decidable, one: LineDecision) -> None:
    if found.rule == Restock.WAITS and (one.sellable or one.damaged):
        raise StateConflict(
            str(Restock.WAITS.label), remedy=_("Mark the order as sent, or cancel it, first.")
        )
    if found.rule == Restock.ASKS and one.sellable and one.book is None:
        raise RestockUnanswered(
            _("Stock was never taken for %(name)s.") % {"name": found.line.name},
            remedy=_("Say whether the sellable pieces are counted into stock."),
        )


def _dispatch_first(row: CustomerReturn, lines: list[Decidable], now: datetime) -> None:
    """Goods that came back have left: promises that still stand are consumed."""
    left = [one.line.order_line for one in lines if one.rule == Restock.BOOKS]
    standing = [one for one in left if one and one.stock_state == StockState.RESERVED]
    if not standing:
        return
    move_reservations(
        organization_id=row.organization_id,
        consume_claims=[claim_of(line) for line in standing],
        now=now,
    )
    OrderLine.objects.filter(pk__in=[line.pk for line in standing]).update(
        stock_state=StockState.CONSUMED
    )


def _book(
    row: CustomerReturn,
    changed: list[tuple[Decidable, LineDecision]],
    place: Warehouse,
    *,
    actor: User | None,
    now: datetime,
) -> None:
    pieces: list[ReturnedPieces] = []
    for found, one in changed:
        books = found.rule == Restock.BOOKS or (found.rule == Restock.ASKS and bool(one.book))
        before = _now_decided(found.line)
        decision = _write_decision(found.line, one, place, books, actor, now)
        pieces += _difference(found, decision)
        record(
            action="return.decided",
            target=row,
            actor=actor,
            organization_id=row.organization_id,
            now=now,
            before={"offer": found.line.offer_allegro_id, **before},
            after={"offer": found.line.offer_allegro_id, **_now_decided(found.line)},
        )
    rebook_returned(
        organization_id=row.organization_id,
        pieces=pieces,
        reference=row.order.checkout_form_id if row.order else row.checkout_form_id,
        reason=_("Return %(number)s") % {"number": row},
        actor=actor,
        now=now,
    )


def _now_decided(line: ReturnLine) -> dict[str, int]:
    return {name: getattr(line, name) for name in DECIDED}


def _write_decision(
    line: ReturnLine,
    one: LineDecision,
    place: Warehouse,
    books: bool,
    actor: User | None,
    now: datetime,
) -> ReturnDecision:
    line.sellable, line.damaged, line.not_received = one.pieces
    line.warehouse = place if one.sellable and books else None
    line.decisions_made += 1
    line.decided_by, line.decided_at = actor, now
    line.save(update_fields=[*DECIDED, "warehouse", "decisions_made", "decided_by", "decided_at"])
    return ReturnDecision.objects.create(
        organization_id=line.organization_id,
        line=line,
        number=line.decisions_made,
        warehouse=line.warehouse,
        booked=books and one.sellable > 0,
        note=one.note.strip()[:200],
        actor=actor,
        at=now,
        **_now_decided(line),
    )


def _difference(found: Decidable, decision: ReturnDecision) -> list[ReturnedPieces]:
    """From what lies on the shelf because of the line to what shall; written as bookings."""
    lies = booked_by(found.line)
    shall: Counter[tuple[int, int]] = Counter()
    if decision.booked and decision.warehouse_id is not None:
        for product_id, units in found.parts:
            shall[product_id, decision.warehouse_id] += decision.sellable * units
    moves = {
        place: shall[place] - lies.get(place, 0)
        for place in sorted({*shall, *lies})
        if shall[place] != lies.get(place, 0)
    }
    ReturnBooking.objects.bulk_create(
        ReturnBooking(
            organization_id=decision.organization_id,
            decision=decision,
            product_id=product_id,
            warehouse_id=warehouse_id,
            quantity=quantity,
        )
        for (product_id, warehouse_id), quantity in moves.items()
    )
    return [
        ReturnedPieces(
            product_id,
            warehouse_id,
            quantity,
            key=f"return:{found.line.pk}:{decision.number}:{product_id}:{warehouse_id}",
        )
        for (product_id, warehouse_id), quantity in moves.items()
    ]


def _settle_notice(row: CustomerReturn, now: datetime) -> None:
    if not any(line.undecided for line in row.lines.all()):
        settle(organization_id=row.organization_id, dedupe_key=f"return.opened:{row.pk}", now=now)
