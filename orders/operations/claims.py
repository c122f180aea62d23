"""Claims for Allegro's commission: made once and not too early, or withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, Rejected
from notifications.enums import Event, Severity
from notifications.operations import notify
from orders.commission import (
    claimable_until,
    refuse_unclaimable,
    standing_claim,
)
from orders.enums import ClaimStatus, WriteKind, WriteOutcome
from orders.guards import refuse_gone
from orders.models import CommissionClaim, Order, OrderLine, OrderWrite
from orders.operations.claim_readings import keep_claims, read_claims
from orders.operations.fulfilment import reread
from orders.operations.refunds import read_refunds
from orders.operations.writing import Performed, mark_sent, notice_key, open_write
from orders.problems import ClaimNotOpen, ClaimTooEarly, ClaimUnusable

if TYPE_CHECKING:
    from accounts.models import User

# A claim that is too early is looked at again so often, and reminded of so long before its last day.
LOOK_AGAIN = timedelta(hours=3)
REMIND_BEFORE = timedelta(days=7)
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
    keep_claims(write.order, [told])
    status = str(told.get("status") or "")
    return Performed(outcome, {"status": status}, claim_id, status)


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
    keep_claims(write.order, [told])
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
        dedupe_key=notice_key(write),
        now=now,
    )
