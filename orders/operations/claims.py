"""Claims for Allegro's commission: made once, not too early, followed to their end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import (
    AllegroClient,
    AllegroError,
    Lane,
    Rejected,
    UnreadableAmount,
    amount_of,
)
from core.errors import HubError
from core.timestamps import read_moment
from notifications.enums import Event, Severity
from notifications.operations import notify
from orders.commission import (
    FINAL,
    REJECTED,
    claimable_until,
    refuse_unclaimable,
    standing_claim,
)
from orders.enums import ClaimStatus, WriteKind, WriteOutcome
from orders.guards import refuse_gone
from orders.models import CommissionClaim, Order, OrderLine, OrderWrite
from orders.operations.fulfilment import reread
from orders.operations.refunds import read_refunds
from orders.operations.writing import Performed, mark_sent, open_write
from orders.problems import ClaimNotOpen, ClaimTooEarly, ClaimUnusable
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)

PAGE = 100
# A claim that is too early is looked at again so often, and reminded of so long before its last day.
LOOK_AGAIN = timedelta(hours=3)
REMIND_BEFORE = timedelta(days=7)
# Decisions take days.
FOLLOW = timedelta(hours=6)
# A rejected claim can still be appealed at Allegro.
FOLLOW_REJECTED = timedelta(days=1)
APPEALABLE = timedelta(days=60)
FOLLOWED_AT_ONCE = 50
WITHDRAWABLE = (ClaimStatus.IN_PROGRESS, ClaimStatus.WAITING_FOR_PAYMENT_REFUND)


def request_claim(
    *,
    order: Order,
    line: OrderLine,
    quantity: int,
    actor: User | None,
    now: datetime,
    when_possible: bool = False,
    token: UUID | None = None,
    **links: Any,
) -> OrderWrite:
    """Ask for the commission of so many pieces of a line.

    ``when_possible``: a claim that is too early is kept, looked at every few hours, made as soon as
    it may be, and reminded of before its last day. One Allegro made itself counts as done. ``links``
    are ``after_write`` and ``cancellation``. Raises :class:`ClaimUnusable`, :class:`ClaimTooLate`,
    without ``when_possible`` :class:`ClaimTooEarly`, and :class:`OrderGone`.
    """
    refuse_gone(order)
    if not 1 <= quantity <= line.quantity:
        raise ClaimUnusable(fields={"quantity": [str(ClaimUnusable.title)]})
    if standing_claim(line) is None:
        try:
            refuse_unclaimable(order=order, line=line, now=now)
        except ClaimTooEarly:
            if not when_possible:
                raise
    return open_write(
        order=order,
        kind=WriteKind.COMMISSION_CLAIM,
        key=line.line_item_id,
        requested={
            "line_item_id": line.line_item_id,
            "quantity": quantity,
            "when_possible": when_possible,
        },
        actor=actor,
        now=now,
        replaces=True,
        token=token,
        **links,
    )


def withdraw_claim(*, claim: CommissionClaim, actor: User | None, now: datetime) -> OrderWrite:
    """Ask for a claim to be withdrawn; this cannot be undone. Raises :class:`ClaimNotOpen`."""
    if claim.status not in WITHDRAWABLE:
        raise ClaimNotOpen
    return open_write(
        order=claim.order,
        kind=WriteKind.CLAIM_CANCEL,
        key=claim.remote_id,
        requested={"claim_id": claim.remote_id, "line_item_id": claim.line.line_item_id},
        actor=actor,
        now=now,
    )


def perform_claim(write: OrderWrite, client: AllegroClient) -> Performed:
    """Look for a claim of the line, see whether one may be made, make it, read it back.

    Raises :class:`ClaimTooEarly`, :class:`ClaimTooLate`, what the client raises.
    """
    order = reread(write, client)
    line = _line_of(write)
    read_claims(order=order, line=line, client=client)
    if (standing := standing_claim(line)) is not None:
        return _standing(write, standing)
    refuse_gone(order)
    read_refunds(order=order, client=client)
    now = timezone.now()
    try:
        refuse_unclaimable(order=order, line=line, now=now)
    except ClaimTooEarly:
        if not write.requested.get("when_possible"):
            raise
        _remind(write, line, now)
        return Performed(again_at=now + LOOK_AGAIN, problem=ClaimTooEarly.code)
    mark_sent(write)
    return _made(write, line, client)


def perform_withdrawal(write: OrderWrite, client: AllegroClient) -> Performed:
    """Withdraw a claim that is still open, and read it back."""
    claim_id = write.requested["claim_id"]
    told = client.refund_claims.get(claim_id)
    outcome = WriteOutcome.ALREADY
    if told.get("status") != ClaimStatus.CANCELLED:
        if told.get("status") not in WITHDRAWABLE:
            raise ClaimNotOpen
        mark_sent(write)
        client.refund_claims.cancel(claim_id)
        told = client.refund_claims.get(claim_id)
        outcome = WriteOutcome.WRITTEN
    _keep(write.order, [told])
    status = str(told.get("status") or "")
    return Performed(outcome, {"status": status}, claim_id, status)


def read_claims(*, order: Order, line: OrderLine, client: AllegroClient) -> list[CommissionClaim]:
    """Read the claims for the line's offer and buyer, and keep those of this order."""
    filters = {"lineItem__offer__id": line.offer_allegro_id}
    if order.buyer_id:
        filters["buyer__id"] = order.buyer_id
    told: list[Mapping[str, Any]] = []
    while True:
        page = client.refund_claims.list(offset=len(told), limit=PAGE, **filters)
        told += page.refund_claims
        if len(page.refund_claims) < PAGE:
            return _keep(order, told)


def follow_claims(*, now: datetime) -> int:
    """Read claims that are not decided and due to be looked at; returns how many were read.

    Somebody is told of a rejection once. What cannot be read now is read next time.
    """
    read = 0
    for claim in _due_claims(now):
        try:
            read += _follow(claim, now)
        except (AllegroError, HubError) as error:
            log.warning("claim not read", claim_id=claim.pk, error_type=type(error).__name__)
    return read


def _due_claims(now: datetime) -> list[CommissionClaim]:
    """Due claims of connected accounts, taken by moving their time on: two workers share them."""
    due = CommissionClaim.objects.filter(
        next_read_at__lte=now, order__integration__state=IntegrationState.CONNECTED
    ).select_related("order__integration", "line")
    taken = []
    for claim in due.order_by("next_read_at")[:FOLLOWED_AT_ONCE]:
        mine = CommissionClaim.objects.filter(pk=claim.pk, next_read_at=claim.next_read_at)
        if mine.update(next_read_at=now + FOLLOW):
            taken.append(claim)
    return taken


def _follow(claim: CommissionClaim, now: datetime) -> int:
    with allegro_client(integration=claim.order.integration, lane=Lane.ORDERS) as client:
        told = client.refund_claims.get(claim.remote_id)
    with transaction.atomic():  # what is kept as rejected has been told
        _keep(claim.order, [told])
        if told.get("status") in REJECTED and claim.status not in REJECTED:
            _tell_rejected(claim, now)
    return 1


def _tell_rejected(claim: CommissionClaim, now: datetime) -> None:
    notify(
        organization_id=claim.organization_id,
        event=Event.ORDER_WRITE_FAILED,
        severity=Severity.WARNING,
        title=lambda: _("Allegro rejected a commission claim"),
        body=lambda: _("You can appeal at Allegro, in its list of commission refunds."),
        link=reverse("orders:detail", args=[claim.order_id]),
        dedupe_key=f"claim:{claim.pk}:rejected",
        now=now,
    )


def _line_of(write: OrderWrite) -> OrderLine:
    found: OrderLine = OrderLine.objects.select_related("order").get(
        integration_id=write.integration_id, line_item_id=write.requested["line_item_id"]
    )
    return found


def _standing(write: OrderWrite, claim: CommissionClaim) -> Performed:
    """The line has a claim: Allegro's own, one made elsewhere, or ours whose answer was lost."""
    outcome = WriteOutcome.WRITTEN if write.sent_at else WriteOutcome.ALREADY
    after = {"status": claim.status, "type": claim.type}
    return Performed(outcome, after, claim.remote_id, claim.status)


def _made(write: OrderWrite, line: OrderLine, client: AllegroClient) -> Performed:
    try:
        claim_id = client.refund_claims.create(
            line_item_id=line.line_item_id, quantity=write.requested["quantity"]
        )
    except Rejected:
        # Allegro may have made one itself since we looked.
        read_claims(order=write.order, line=line, client=client)
        if (standing := standing_claim(line)) is not None:
            return _standing(write, standing)
        raise
    told = client.refund_claims.get(claim_id)
    _keep(write.order, [told])
    status = str(told.get("status") or "")
    return Performed(after={"status": status}, remote_id=claim_id, remote_status=status)


def _remind(write: OrderWrite, line: OrderLine, now: datetime) -> None:
    until = claimable_until(line)
    if until is None or until - now > REMIND_BEFORE:
        return
    notify(
        organization_id=write.organization_id,
        event=Event.ORDER_WRITE_FAILED,
        severity=Severity.WARNING,
        title=lambda: _("The time to claim a commission is running out"),
        body=lambda: _(
            "It may be claimed once the buyer has the money back. Refund the buyer, or let the claim"
            " go."
        ),
        link=reverse("orders:detail", args=[write.order_id]),
        dedupe_key=f"order-write:{write.pk}",
        now=now,
    )


def _keep(order: Order, told: Iterable[Mapping[str, Any]]) -> list[CommissionClaim]:
    now = timezone.now()
    lines = {line.line_item_id: line for line in order.lines.all()}
    rows = [
        _row(order, lines[line_id], one, now)
        for one in told
        if (line_id := (one.get("lineItem") or {}).get("id")) in lines and one.get("id")
    ]
    CommissionClaim.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["line", "remote_id"],
        update_fields=[
            "status",
            "type",
            "quantity",
            "commission",
            "currency",
            "read_at",
            "next_read_at",
        ],
    )
    return rows


def _row(order: Order, line: OrderLine, told: Mapping[str, Any], now: datetime) -> CommissionClaim:
    commission, currency = _commission(told)
    status = str(told.get("status") or "")[:30]
    created_at = read_moment(told.get("createdAt"))
    return CommissionClaim(
        organization_id=order.organization_id,
        order=order,
        line=line,
        remote_id=str(told["id"])[:64],
        status=status,
        type=str(told.get("type") or "")[:20],
        quantity=int(told.get("quantity") or 0),
        commission=commission,
        currency=currency,
        created_at=created_at,
        read_at=now,
        next_read_at=_next_look(status, created_at, now),
    )


def _commission(told: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    try:
        return amount_of(told.get("commission"))
    except UnreadableAmount:
        return None, ""


def _next_look(status: str, created_at: datetime | None, now: datetime) -> datetime | None:
    if status == ClaimStatus.REJECTED:
        over = created_at is None or now - created_at > APPEALABLE
        return None if over else now + FOLLOW_REJECTED
    return None if status in FINAL else now + FOLLOW
