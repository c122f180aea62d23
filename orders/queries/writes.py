"""Reads of what people asked Allegro to change about orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.enums import WorkState
from core.paging import Page, paged
from orders.differences import Difference, differences
from orders.enums import Fulfilment, WriteKind
from orders.models import Order, OrderRevision, OrderWrite
from orders.problems import (
    PROBLEMS,
    BuyerChangedOrder,
    NotReadyToShip,
    OrderCancelled,
    OrderStopped,
    RefundInPart,
    Unforeseen,
)
from settings_app.enums import IntegrationState

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
STUCK = (WorkState.WAITING_FOR_PERSON, WorkState.DEAD)
# What is due later than this is not waited for on the page.
SOON = timedelta(minutes=2)
MAY_BE_FORCED = frozenset({OrderCancelled.code, OrderStopped.code, NotReadyToShip.code})


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """Why a write is not done, in the reader's language; ``detail`` may be Allegro's words."""

    code: str
    title: str
    detail: str
    remedy: str

    @classmethod
    def of(cls, write: OrderWrite) -> ProblemTold | None:
        """The problem of a write; None when it has none.

        One whose workers were lost was given up by nobody who could have named the problem.
        """
        code = write.problem or (Unforeseen.code if write.needs_person else "")
        if not code:
            return None
        kind = PROBLEMS.get(code, Unforeseen)
        title = str(kind.title)
        detail = write.last_error if write.last_error != title else ""
        return cls(code, title, detail, str(kind.way_out))


def writes_of(*, order: Order) -> QuerySet[OrderWrite]:
    """Everything asked for about the order, newest first."""
    return OrderWrite.objects.filter(order=order).order_by("-pk")


@dataclass(frozen=True, slots=True)
class WriteRow:
    """A write as people see it. ``note`` says what an open one waits for."""

    write: OrderWrite
    title: str
    problem: ProblemTold | None
    note: str = ""
    differences: list[Difference] = field(default_factory=list)

    @property
    def may_force(self) -> bool:
        """Whether it can be written although the order should stop."""
        return self.write.needs_person and self.write.problem in MAY_BE_FORCED

    @property
    def may_retry(self) -> bool:
        return self.write.needs_person and self.write.problem != RefundInPart.code

    @property
    def may_let_go(self) -> bool:
        """Whatever is not being done at this moment, here or at Allegro."""
        is_idle = self.write.state == WorkState.PENDING and self.write.sent_at is None
        return self.write.needs_person or is_idle


def rows_of(writes: Iterable[OrderWrite], *, order: Order | None = None) -> list[WriteRow]:
    """Writes with their words; with what the buyer changed when it is one ``order``'s."""
    rows = []
    for write in writes:
        row = WriteRow(write, what_is(write), ProblemTold.of(write), _note(write, order))
        if order is not None and write.problem == BuyerChangedOrder.code:
            row = replace(row, differences=changes_since(order=order, write=write))
        rows.append(row)
    return rows


def is_in_flight(write: OrderWrite, *, now: datetime) -> bool:
    """Whether something about it is going to happen soon."""
    waits = write.after_write is not None and write.after_write.needs_person
    return write.is_open and not waits and write.next_attempt_at < now + SOON


def changes_since(*, order: Order, write: OrderWrite) -> list[Difference]:
    """What the buyer changed since the form the person had decided on."""
    readings = OrderRevision.objects.filter(order=order).order_by("-read_at", "-pk")
    newest = readings.first()
    seen = readings.filter(revision=write.seen_revision).first()
    if newest is None or seen is None:
        return []
    return differences(before=seen.payload, now=newest.payload)


def what_is(write: OrderWrite) -> str:
    """The write in a few words, without buyer's data."""
    wish = write.requested
    if write.kind == WriteKind.FULFILMENT:
        status = wish.get("status", "")
        label = Fulfilment(status).label if status in Fulfilment.values else status
        return _("Status “%(status)s”") % {"status": label}
    if write.kind == WriteKind.SHIPMENT:
        number = {"carrier": wish.get("carrier_id"), "waybill": wish.get("waybill")}
        return _("Tracking number %(carrier)s %(waybill)s") % number
    if write.kind == WriteKind.REFUND:
        total = {"sum": write.before.get("total"), "currency": write.before.get("currency")}
        return _("Refund of %(sum)s %(currency)s") % total
    if write.kind == WriteKind.COMMISSION_CLAIM:
        pieces = int(wish.get("quantity") or 0)
        title = ngettext("Commission of %(n)d piece", "Commission of %(n)d pieces", pieces)
        return title % {"n": pieces}
    return str(write.get_kind_display())


def write_page(*, organization: Organization, everything: bool, number: int) -> Page[WriteRow]:
    """Writes of all orders, newest first: those that need a person, or ``everything``."""
    writes = OrderWrite.objects.for_organization(organization)
    if not everything:
        writes = writes.filter(state__in=STUCK)
    found: Page[Any] = paged(
        writes.select_related("order", "integration", "after_write", "requested_by").order_by(
            "-pk"
        ),
        number=number,
        size=PAGE_SIZE,
    )
    return replace(found, items=rows_of(found.items))


def stuck_writes(*, organization: Organization) -> QuerySet[OrderWrite]:
    """Writes that need a person."""
    stuck: QuerySet[OrderWrite] = OrderWrite.objects.for_organization(organization).filter(
        state__in=STUCK
    )
    return stuck


def _note(write: OrderWrite, order: Order | None) -> str:
    if not write.is_open:
        return ""
    integration = order.integration if order else write.integration
    if integration.state != IntegrationState.CONNECTED:
        return _("Waits until the account is connected again.")
    if write.after_write is not None and write.after_write.state != WorkState.DONE:
        return _("Waits for: %(what)s") % {"what": what_is(write.after_write)}
    if write.kind == WriteKind.REFUND and write.remote_id:
        return _("Ordered; Allegro has not paid it yet.")
    if write.attempts > 1 or write.last_error:
        return _("Tried %(n)d times; tried again by itself.") % {"n": write.attempts}
    return ""
