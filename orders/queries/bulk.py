"""The orders an act on many is about, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.enums import WorkState
from orders.enums import WriteKind, WriteOutcome
from orders.models import Order, OrderWrite
from orders.queries.lists import Wish, orders_of, with_lines
from orders.queries.writes import ProblemTold

if TYPE_CHECKING:
    from accounts.models import Organization

# So many at once: a person can look over the outcome, and one request can carry it.
BULK = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """The orders an act is about; ``more`` says that the list held others beyond the bound."""

    orders: list[Order]
    more: bool = False


def chosen(*, organization: Organization, ids: Collection[int]) -> Chosen:
    """The picked ones of the organization's orders, the oldest purchase first, up to ``BULK``."""
    orders = with_lines(Order.objects.for_organization(organization).filter(pk__in=ids))
    found = list(orders.order_by("bought_at", "pk")[: BULK + 1])
    return Chosen(found[:BULK], more=len(found) > BULK)


def all_matching(*, organization: Organization, wish: Wish) -> Chosen:
    """The first ``BULK`` of a list in its own order."""
    found = list(with_lines(orders_of(organization=organization, wish=wish))[: BULK + 1])
    return Chosen(found[:BULK], more=len(found) > BULK)


@dataclass(frozen=True, slots=True)
class SentRow:
    """An order with its newest write of a status: how far that is, or what it needs."""

    order: Order
    write: OrderWrite | None
    problem: ProblemTold | None = None

    @property
    def in_flight(self) -> bool:
        return self.write is not None and self.write.is_open

    @property
    def stuck(self) -> bool:
        return self.write is not None and self.write.needs_person

    @property
    def done(self) -> bool:
        told = (WriteOutcome.WRITTEN, WriteOutcome.ALREADY)
        return (
            self.write is not None
            and self.write.state == WorkState.DONE
            and self.write.outcome in told
        )


def sent_rows(*, orders: Sequence[Order]) -> list[SentRow]:
    """What became of "mark as sent" for each order: one query."""
    newest = {
        write.order_id: write
        for write in OrderWrite.objects.filter(
            order__in=[order.pk for order in orders], kind=WriteKind.FULFILMENT
        ).order_by("pk")
    }
    return [_row(order, newest.get(order.pk)) for order in orders]


def _row(order: Order, write: OrderWrite | None) -> SentRow:
    return SentRow(order, write, ProblemTold.of(write) if write else None)
