"""Money back to the buyer: ordered once, followed until it is paid or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import structlog
from django.utils import timezone

from connectors.allegro import AllegroClient, Rejected, UnreadableAmount, amount_of
from core.timestamps import read_moment
from orders.enums import RefundStatus, WriteKind
from orders.guards import refuse_gone
from orders.models import Order, OrderWrite, Refund
from orders.money_back import NIL, UNPAID, Preview, RefundWish, details_of, preview_refund
from orders.operations.fulfilment import reread
from orders.operations.writing import Performed, asked_with, mark_sent, note, open_write
from orders.problems import RefundInPart, RefundNotPaid

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)

# How soon a refund under way is looked at again, by its age.
LOOKS = (
    (timedelta(minutes=1), timedelta(seconds=5)),
    (timedelta(minutes=10), timedelta(seconds=30)),
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(minutes=30)),
)
RARELY = timedelta(hours=6)
PAGE = 100


def request_refund(
    *,
    order: Order,
    wish: RefundWish,
    actor: User | None,
    now: datetime,
    token: UUID | None = None,
    **links: Any,
) -> OrderWrite:
    """Ask for a refund, one at a time per order; the same ``token`` asks once.

    The command id is made and kept here, before Allegro hears of it. ``links`` are ``after_write``
    and ``cancellation``. Raises what :func:`~orders.money_back.preview_refund` raises,
    :class:`OrderGone`, and :class:`WriteUndecided` while an earlier refund is not finished.
    """
    refuse_gone(order)
    if token is not None and (asked := asked_with(order, token)) is not None:
        return asked
    preview = preview_refund(order=order, wish=wish)
    return open_write(
        order=order,
        kind=WriteKind.REFUND,
        requested=wish.as_json(),
        actor=actor,
        now=now,
        token=token,
        command_id=uuid4(),
        before=_state(preview),
        seen_revision=order.revision,
        **links,
    )


def perform_refund(write: OrderWrite, client: AllegroClient) -> Performed:
    """Order the refund under its command id, or see what has become of it.

    Before the first call the order and all its refunds are read and the sum is checked once more;
    after that the command id alone keeps it one. An answer is not a payment: it is asked again until
    SUCCESS. Raises :class:`RefundNotPaid`, :class:`RefundInPart`, the checks of
    :func:`request_refund`, and what the client raises.
    """
    if write.remote_id:
        return _follow(write, _told_of(write, client))
    order = reread(write, client)
    read_refunds(order=order, client=client)
    wish, is_first = RefundWish.from_json(write.requested), write.sent_at is None
    if is_first:
        refuse_gone(order)
        preview_refund(order=order, wish=wish)
    mark_sent(write)
    try:
        told = client.payments.refund(
            str(write.command_id),
            payment_id=order.payment_id,
            order_id=order.checkout_form_id,
            reason=wish.reason,
            details=details_of(wish, currency=order.currency),
        )
    except Rejected:
        if is_first:
            note(write, sent_at=None)  # a clear no: there is no such refund
        raise
    return _follow(write, told)


def read_refunds(*, order: Order, client: AllegroClient) -> list[Refund]:
    """Read all refunds of the order, whoever ordered them, and keep them."""
    told: list[Mapping[str, Any]] = []
    while True:
        page = client.payments.refunds(
            offset=len(told), limit=PAGE, order__id=order.checkout_form_id
        )
        told += page.refunds
        if len(page.refunds) < PAGE:
            break
    return _keep(order, told)


def _told_of(write: OrderWrite, client: AllegroClient) -> Mapping[str, Any]:
    page = client.payments.refunds(id=write.remote_id)
    for told in page.refunds:
        if told.get("id") == write.remote_id:
            return told
    return {"id": write.remote_id, "status": write.remote_status}


def _follow(write: OrderWrite, told: Mapping[str, Any]) -> Performed:
    status = str(told.get("status") or "")
    note(write, remote_id=str(told["id"])[:64], remote_status=status[:40])
    _keep(write.order, [told], write=write)
    if status == RefundStatus.PARTIAL:
        raise RefundInPart
    if status in UNPAID:
        raise RefundNotPaid
    after = {"status": status}
    if status == RefundStatus.SUCCESS:
        return Performed(after=after)
    return Performed(after=after, again_at=timezone.now() + _pause(write))


def _pause(write: OrderWrite) -> timedelta:
    age = timezone.now() - (write.sent_at or timezone.now())
    return next((pause for limit, pause in LOOKS if age < limit), RARELY)


def _keep(
    order: Order, told: Iterable[Mapping[str, Any]], *, write: OrderWrite | None = None
) -> list[Refund]:
    now = timezone.now()
    rows = [row for one in told if (row := _row(order, one, now)) is not None]
    for row in rows:
        row.write = write
    changing = ["status", "reason", "total", "currency", "lines", "delivery", "read_at"]
    Refund.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["order", "remote_id"],
        update_fields=[*changing, "write"] if write else changing,
    )
    return rows


def _row(order: Order, told: Mapping[str, Any], now: datetime) -> Refund | None:
    try:
        total, currency = amount_of(told.get("totalValue"))
    except UnreadableAmount:
        # Without a sum it cannot be counted; what is being followed has its state in the write.
        log.warning("refund without a sum", order_id=order.pk, refund_id=told.get("id"))
        return None
    return Refund(
        organization_id=order.organization_id,
        order=order,
        remote_id=str(told.get("id") or "")[:64],
        payment_id=str((told.get("payment") or {}).get("id") or "")[:64],
        status=str(told.get("status") or "")[:30],
        reason=str(told.get("reason") or "")[:40],
        total=total,
        currency=currency,
        lines=told.get("lineItems") or [],
        delivery=_delivery(told),
        created_at=read_moment(told.get("createdAt")),
        read_at=now,
    )


def _delivery(told: Mapping[str, Any]) -> Decimal:
    try:
        return amount_of((told.get("delivery") or {}).get("value"))[0]
    except UnreadableAmount:
        return NIL


def _state(preview: Preview) -> dict[str, str]:
    return {
        "total": str(preview.total),
        "currency": preview.currency,
        "paid": str(preview.paid),
        "refunded": str(preview.refunded),
    }
