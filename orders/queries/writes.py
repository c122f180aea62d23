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
from orders.commission import claimable_until, has_money_back
from orders.differences import Difference, differences
from orders.enums import (
    ClaimStatus,
    Fulfilment,
    RefundStatus,
    ShipmentSource,
    WriteKind,
)
from orders.guards import refuse_not_ours, refuse_stopped
from orders.models import (
    Cancellation,
    Carrier,
    CommissionClaim,
    Order,
    OrderLine,
    OrderRevision,
    OrderWrite,
    Refund,
    Shipment,
)
from orders.money_back import paid_for, refunded_of
from orders.problems import (
    PROBLEMS,
    BuyerChangedOrder,
    NotReadyToShip,
    OrderCancelled,
    OrderStopped,
    RefundInPart,
    Unforeseen,
    WriteRefused,
)
from settings_app.enums import IntegrationState

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
STUCK = (WorkState.WAITING_FOR_PERSON, WorkState.DEAD)
# What is due later than this is not waited for on the page.
SOON = timedelta(minutes=2)
MAY_BE_FORCED = frozenset({OrderCancelled.code, OrderStopped.code, NotReadyToShip.code})
REFUND_TONES: dict[str, str] = {
    RefundStatus.SUCCESS: "ok",
    RefundStatus.PARTIAL: "warn",
    RefundStatus.CANCELED: "danger",
    RefundStatus.VALIDATE_FAILED: "danger",
}
CLAIM_TONES: dict[str, str] = {
    ClaimStatus.GRANTED: "ok",
    ClaimStatus.REJECTED: "danger",
    ClaimStatus.REJECTED_AFTER_APPEAL: "danger",
    ClaimStatus.CANCELLED: "neutral",
}
SOURCE_TONES: dict[str, str] = {ShipmentSource.HUB: "ok", ShipmentSource.ALLEGRO: "info"}


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


def shipments_of(*, order: Order) -> QuerySet[Shipment]:
    """The order's tracking numbers, oldest first."""
    return Shipment.objects.filter(order=order).order_by("created_at", "pk")


def refunds_of(*, order: Order) -> QuerySet[Refund]:
    """The order's refunds, newest first."""
    return Refund.objects.filter(order=order).order_by("-created_at", "-pk")


def claims_of(*, order: Order) -> QuerySet[CommissionClaim]:
    """The commission claims of the order's lines, newest first."""
    return (
        CommissionClaim.objects.filter(order=order)
        .select_related("line")
        .order_by("-created_at", "-pk")
    )


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


@dataclass(frozen=True, slots=True)
class Labelled:
    """Something Allegro told of, with the words and the tone of its state."""

    row: Any
    label: str
    tone: str


def write_panel(*, order: Order, now: datetime) -> dict[str, Any]:
    """What the order's page shows of changes at Allegro: under way, done, and what may be asked."""
    unfinished = rows_of(
        order.writes.exclude(state=WorkState.DONE).select_related("after_write").order_by("pk"),
        order=order,
    )
    return {
        "write_rows": unfinished,
        "writes_in_flight": any(is_in_flight(row.write, now=now) for row in unfinished),
        "shipments": [
            Labelled(one, one.get_source_display(), SOURCE_TONES.get(one.source, "neutral"))
            for one in shipments_of(order=order)
        ],
        "refunds": [
            Labelled(one, _refund_label(one), REFUND_TONES.get(one.status, "info"))
            for one in refunds_of(order=order)
        ],
        "claims": [
            Labelled(one, _claim_label(one), CLAIM_TONES.get(one.status, "info"))
            for one in claims_of(order=order)
        ],
        "not_ours": _refusal(refuse_not_ours, order),
        "stopped": _refusal(_refuse_stopped, order),
        "statuses": [one for one in Fulfilment if one != Fulfilment.CANCELLED],
        "carriers": kept_carriers(order=order),
        "refundable": paid_for(order) - refunded_of(order),
    }


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


def kept_carriers(*, order: Order) -> list[Carrier]:
    """The carriers of the account's environment, without Allegro, which adds its numbers itself."""
    kept = Carrier.objects.filter(environment=order.integration.environment)
    return list(kept.exclude(carrier_id="ALLEGRO").order_by("position", "pk"))


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


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A line on the commission page: what stands, what may be asked, until when."""

    line: OrderLine
    claim: Labelled | None
    write: WriteRow | None
    until: datetime | None
    may_claim: bool
    too_late: bool


def claim_rows(*, order: Order, now: datetime) -> list[ClaimRow]:
    """The order's lines with their commission claims."""
    standing: dict[int, CommissionClaim] = {}
    for claim in claims_of(order=order).exclude(status=ClaimStatus.CANCELLED):
        standing.setdefault(claim.line_id, claim)
    kinds = [WriteKind.COMMISSION_CLAIM, WriteKind.CLAIM_CANCEL]
    open_writes = {
        row.write.requested.get("line_item_id"): row
        for row in rows_of(order.writes.filter(kind__in=kinds).exclude(state=WorkState.DONE))
    }
    rows = []
    for line in order.lines.select_related("order").order_by("position", "pk"):
        found, until = standing.get(line.pk), claimable_until(line)
        label = (
            Labelled(found, _claim_label(found), CLAIM_TONES.get(found.status, "info"))
            if found
            else None
        )
        rows.append(
            ClaimRow(
                line=line,
                claim=label,
                write=open_writes.get(line.line_item_id),
                until=until,
                may_claim=has_money_back(order, line),
                too_late=until is not None and now > until,
            )
        )
    return rows


def newest_cancellation(*, order: Order) -> Cancellation | None:
    """The last "cannot fulfil" of the order, finished or not."""
    found: Cancellation | None = Cancellation.objects.filter(order=order).order_by("-pk").first()
    return found


def usual_carrier(*, order: Order) -> str:
    """The carrier last named for an order with the same delivery method; empty when none was."""
    last = (
        OrderWrite.objects.filter(
            organization_id=order.organization_id,
            kind=WriteKind.SHIPMENT,
            order__delivery_method_id=order.delivery_method_id,
        )
        .order_by("-pk")
        .values_list("requested", flat=True)
        .first()
    )
    return str(last["carrier_id"]) if last and order.delivery_method_id else ""


def cancel_steps(*, cancellation: Cancellation) -> list[dict[str, str]]:
    """The three steps with their states, for the page of a cancellation."""
    names = {
        WriteKind.REFUND: _("Money back"),
        WriteKind.FULFILMENT: _("Order cancelled"),
        WriteKind.COMMISSION_CLAIM: _("Commission claimed"),
    }
    writes = list(cancellation.writes.order_by("pk"))
    steps: list[dict[str, str]] = []
    is_current = True
    for kind, label in names.items():
        mine = [write for write in writes if write.kind == kind]
        if not mine:
            continue
        if all(write.state == WorkState.DONE for write in mine):
            steps.append({"label": label, "state": "done"})
        else:
            steps.append({"label": label, "state": "current" if is_current else "todo"})
            is_current = False
    return steps


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


def _refusal(guard: Any, order: Order) -> WriteRefused | None:
    try:
        guard(order)
    except WriteRefused as refused:
        return refused
    return None


def _refuse_stopped(order: Order) -> None:
    refuse_stopped(order, despite_stop=False)


def _refund_label(refund: Refund) -> str:
    known = refund.status in RefundStatus.values
    return str(RefundStatus(refund.status).label) if known else refund.status


def _claim_label(claim: CommissionClaim) -> str:
    known = claim.status in ClaimStatus.values
    return str(ClaimStatus(claim.status).label) if known else claim.status
