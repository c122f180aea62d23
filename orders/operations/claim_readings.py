"""Commission claims as Allegro tells of them: read, kept, followed until they are decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, AllegroError, Lane, UnreadableAmount, amount_of
from core.errors import HubError
from core.timestamps import read_moment
from notifications.enums import Event, Severity
from notifications.operations import notify
from orders.commission import FINAL, REJECTED
from orders.enums import ClaimStatus
from orders.models import CommissionClaim, Order, OrderLine
from settings_app.connection import allegro_client
from settings_app.enums import IntegrationState

log = structlog.get_logger(__name__)

PAGE = 100
# Decisions take days.
FOLLOW = timedelta(hours=6)
# A rejected claim can still be appealed at Allegro.
FOLLOW_REJECTED = timedelta(days=1)
APPEALABLE = timedelta(days=60)
FOLLOWED_AT_ONCE = 50


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
            return keep_claims(order, told)


def keep_claims(order: Order, told: Iterable[Mapping[str, Any]]) -> list[CommissionClaim]:
    """Record the claims of the order's lines among those told; the rest are of other orders."""
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
        keep_claims(claim.order, [told])
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
