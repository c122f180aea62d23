"""Reads of customer returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from core.enums import WorkState
from core.paging import Page, paged
from core.row_ids import row_id
from inventory.models import Reservation, Warehouse
from orders.enums import Rejection, ReturnStage, StockState, WriteKind
from orders.ladder import ALLEGRO
from orders.models import (
    CustomerReturn,
    Order,
    OrderLine,
    OrderWrite,
    ReturnBooking,
    ReturnDecision,
    ReturnLine,
)
from orders.queries.orders import SEARCH_BOUND, claim_of, sold_offers
from orders.restocking import Restock, restock_rule, was_sent_back

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
TABS = (
    ReturnStage.TO_DECIDE,
    ReturnStage.ON_THE_WAY,
    ReturnStage.DECIDED,
    ReturnStage.REJECTED,
    ReturnStage.BY_ALLEGRO,
)
STAGE_TONES = {
    ReturnStage.TO_DECIDE: "warn",
    ReturnStage.ON_THE_WAY: "info",
    ReturnStage.DECIDED: "ok",
}


@dataclass(frozen=True, slots=True)
class ReturnWish:
    """What a list of returns is narrowed to."""

    search: str = ""
    stage: str = ""
    integration_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decidable:
    """A line with what deciding about it does to stock; ``parts`` are (product id, pieces per unit)."""

    line: ReturnLine
    rule: Restock
    parts: tuple[tuple[int, int], ...]


def returns_of(*, organization: Organization, wish: ReturnWish) -> QuerySet[CustomerReturn]:
    """Returns, the latest opened first."""
    returns: QuerySet[CustomerReturn] = CustomerReturn.objects.for_organization(organization)
    if wish.search.strip():
        returns = returns.filter(pk__in=_found(organization, wish.search))
    if wish.stage in ReturnStage.values:
        returns = returns.filter(stage=wish.stage)
    if wish.integration_id is not None:
        returns = returns.filter(integration_id=wish.integration_id)
    return returns.order_by("-opened_at", "-pk")


def with_lines(returns: QuerySet[CustomerReturn]) -> QuerySet[CustomerReturn]:
    """The same returns with account, order and lines at hand, in two queries."""
    lines = ReturnLine.objects.select_related("order_line", "warehouse", "decided_by").order_by(
        "position", "item_key", "slot"
    )
    return returns.select_related("integration", "order").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One line of the list."""

    customer_return: CustomerReturn
    lines: list[ReturnLine]
    tone: str

    @property
    def undecided(self) -> int:
        return sum(line.undecided for line in self.lines)


def return_page(*, organization: Organization, wish: ReturnWish, page: int = 1) -> Page[ReturnRow]:
    """One page of the list: a fixed number of queries."""
    found: Page[Any] = paged(
        with_lines(returns_of(organization=organization, wish=wish)), number=page, size=PAGE_SIZE
    )
    rows = [ReturnRow(one, list(one.lines.all()), stage_tone(one)) for one in found.items]
    capped = bool(wish.search.strip()) and found.total >= SEARCH_BOUND
    return replace(found, items=rows, total_is_exact=found.total_is_exact and not capped)


def stage_tone(row: CustomerReturn) -> str:
    """The tone of the return's badge."""
    return STAGE_TONES.get(ReturnStage(row.stage), "neutral")


def to_decide(*, organization: Organization) -> QuerySet[CustomerReturn]:
    """Returns that wait for a person."""
    returns: QuerySet[CustomerReturn] = CustomerReturn.objects.for_organization(organization)
    return returns.filter(stage=ReturnStage.TO_DECIDE)


def return_by_number(*, organization: Organization, number: str) -> CustomerReturn | None:
    """A return by our id or by Allegro's; None when it is not the organization's."""
    returns = with_lines(CustomerReturn.objects.for_organization(organization))
    if number.isdecimal():
        return returns.filter(pk=row_id(number)).first()
    return returns.filter(return_id=number).order_by("pk").first()


def decidable_lines(row: CustomerReturn) -> list[Decidable]:
    """Every line with its rule and its parts, in a fixed number of queries.

    Parts are what the sale took from stock; where it took nothing, what the offer holds now.
    """
    lines = list(
        row.lines.select_related("order_line", "warehouse", "decided_by").order_by(
            "position", "item_key", "slot"
        )
    )
    taken = _taken_parts(row, lines)
    offers = sold_offers(
        integration_id=row.integration_id, allegro_ids={line.offer_allegro_id for line in lines}
    )
    sent_back = was_sent_back(status=row.status, has_parcels=bool(row.parcels))
    theirs = row.is_fulfilment or (
        row.order is not None and row.order.fulfilment_provider == ALLEGRO
    )
    found = []
    for line in lines:
        parts = taken.get(line.order_line_id or 0, ())
        if not parts and line.offer_allegro_id in offers:
            tracked = [part for part in offers[line.offer_allegro_id].parts if part.tracked]
            parts = tuple((part.product_id, part.units) for part in tracked)
        rule = restock_rule(
            stock_state=line.order_line.stock_state if line.order_line else None,
            has_parts=bool(parts),
            sent_back=sent_back,
        )
        found.append(Decidable(line, Restock.NOT_OURS if theirs else rule, parts))
    return found


def booked_by(line: ReturnLine) -> dict[tuple[int, int], int]:
    """What lies on the shelf because of the line: {(product id, warehouse id): pieces}."""
    sums = (
        ReturnBooking.objects.filter(decision__line=line)
        .order_by()
        .values_list("product_id", "warehouse_id")
        .annotate(Sum("quantity"))
    )
    return {(product, place): pieces for product, place, pieces in sums if pieces}


def return_detail(*, row: CustomerReturn) -> dict[str, Any]:
    """What the page of a return shows."""
    lines = decidable_lines(row)
    warehouses: QuerySet[Warehouse] = Warehouse.objects.filter(
        organization_id=row.organization_id, active=True
    )
    rejection = OrderWrite.objects.filter(
        order=row.order, kind=WriteKind.RETURN_REJECTION, key=row.return_id
    ).exclude(state=WorkState.DONE)
    return {
        "customer_return": row,
        "tone": stage_tone(row),
        "lines": lines,
        "history": [_told(one) for one in _decisions(row)],
        "rejection_words": _rejection_words(row),
        "warehouses": list(warehouses.order_by("-is_default", "name")),
        "undecided": sum(one.line.undecided for one in lines),
        "unmatched": sum(one.line.order_line_id is None for one in lines),
        "can_reject": may_be_rejected(row),
        "rejection": rejection.order_by("-pk").first(),
    }


def _decisions(row: CustomerReturn) -> QuerySet[ReturnDecision]:
    decisions = ReturnDecision.objects.filter(line__customer_return=row)
    return decisions.select_related("line", "warehouse", "actor").order_by("-at", "-pk")


def _told(decision: ReturnDecision) -> dict[str, Any]:
    """A decision as an entry of a timeline."""
    place = f" → {decision.warehouse.name}" if decision.warehouse else ""
    said = [
        _("%(n)d sellable") % {"n": decision.sellable} + place if decision.sellable else "",
        _("%(n)d damaged") % {"n": decision.damaged} if decision.damaged else "",
        _("%(n)d not received") % {"n": decision.not_received} if decision.not_received else "",
        decision.note,
    ]
    return {
        "title": decision.line.name or decision.line.offer_allegro_id,
        "at": decision.at,
        "detail": " · ".join(filter(None, said)) or _("Undecided again"),
        "tone": "ok" if decision.booked else "neutral",
        "actor": decision.actor.get_full_name() if decision.actor else "",
    }


def _rejection_words(row: CustomerReturn) -> str:
    known = row.rejection_code in Rejection.values
    return str(Rejection(row.rejection_code).label) if known else row.rejection_code


def may_be_rejected(row: CustomerReturn) -> bool:
    """Whether Allegro may still take a rejection: not what is rejected, refunded or its own."""
    over = ("FINISHED", "FINISHED_APT", "REJECTED")
    return not row.is_fulfilment and row.status not in over and not row.rejection_code


def returns_of_order(*, order: Order) -> list[ReturnRow]:
    """The returns of an order, newest first."""
    returns = with_lines(order.customer_returns.order_by("-opened_at", "-pk"))
    return [ReturnRow(one, list(one.lines.all()), stage_tone(one)) for one in returns]


def _found(organization: Organization, search: str) -> list[int]:
    """Ids of up to ``SEARCH_BOUND`` returns that contain every word, as ``queries.found_ids``."""
    words = search.upper().split()[:8]
    if max(map(len, words), default=0) < 3:
        return []
    matching: QuerySet[CustomerReturn] = CustomerReturn.objects.for_organization(organization)
    for word in words:
        matching = matching.filter(search__contains=word)
    return list(matching.values_list("pk", flat=True)[:SEARCH_BOUND])


def _taken_parts(
    row: CustomerReturn, lines: Iterable[ReturnLine]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """What the order lines took from stock, per sold unit."""
    taking = (StockState.CONSUMED, StockState.RESERVED)
    by_claim: dict[str, OrderLine] = {
        claim_of(line.order_line): line.order_line
        for line in lines
        if line.order_line and line.order_line.stock_state in taking
    }
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    promises = Reservation.objects.filter(
        organization_id=row.organization_id, claim__in=list(by_claim)
    ).order_by("product_id")
    for promise in promises:
        line = by_claim[promise.claim]
        units = promise.quantity // max(1, line.quantity)
        parts[line.pk].append((promise.product_id, max(1, units)))
    return {pk: tuple(found) for pk, found in parts.items()}
