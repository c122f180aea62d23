"""What the order's page shows of changes at Allegro."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.enums import WorkState
from orders.enums import ClaimStatus, Fulfilment, RefundStatus
from orders.guards import refuse_not_ours, refuse_stopped
from orders.models import Order
from orders.money_back import paid_for, refunded_of
from orders.problems import WriteRefused
from orders.queries.refunds import claims_of, refunds_of
from orders.queries.shipments import kept_carriers, shipments_of
from orders.queries.writes import is_in_flight, rows_of
from orders.tones import CLAIM_TONES, REFUND_TONES, SOURCE_TONES, Labelled, labelled


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
        "refunds": [labelled(one, RefundStatus, REFUND_TONES) for one in refunds_of(order=order)],
        "claims": [labelled(one, ClaimStatus, CLAIM_TONES) for one in claims_of(order=order)],
        "not_ours": _refusal(refuse_not_ours, order),
        "stopped": _refusal(_refuse_stopped, order),
        "statuses": [one for one in Fulfilment if one != Fulfilment.CANCELLED],
        "carriers": kept_carriers(order=order),
        "refundable": paid_for(order) - refunded_of(order),
    }


def _refusal(guard: Any, order: Order) -> WriteRefused | None:
    try:
        guard(order)
    except WriteRefused as refused:
        return refused
    return None


def _refuse_stopped(order: Order) -> None:
    refuse_stopped(order, despite_stop=False)
