"""Reading one order again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound
from core.outbox import publish
from inventory.operations import move_reservations
from orders import ladder
from orders.enums import DisplayStatus, StockState, Transition
from orders.locks import lock_account_orders
from orders.models import Order, OrderTransition
from orders.operations.recording import Recorded, record_checkout_form
from orders.queries import claim_of
from settings_app.models import Integration

# How long a form that vanished may still turn up merged into another; events come hours late at worst.
GRACE = timedelta(days=2)
OPEN_LINES = (StockState.NONE, StockState.RESERVED, StockState.UNLINKED)


def refresh_order(
    *, integration: Integration, checkout_form_id: str, client: AllegroClient, now: datetime
) -> Recorded | None:
    """Read a checkout form and record it. None: Allegro no longer has it.

    A missing form was merged into another one or is older than a year (allegro-api#13184). An open
    order of it is marked; its stock stays promised until the form its lines moved to is read, which
    takes them over. Raises what the client raises.
    """
    asked_at = timezone.now()
    try:
        form = client.orders.checkout_form(checkout_form_id)
    except NotFound:
        mark_gone(integration, checkout_form_id, now)
        return None
    return record_checkout_form(
        integration=integration,
        form=form,
        now=max(now, asked_at),
        read_at=asked_at,
        trace_id=client.last_trace_id,
    )


def mark_gone(integration: Integration, checkout_form_id: str, now: datetime) -> None:
    """Note on an open order that Allegro no longer has its form; its stock stays promised at first.

    The form its lines moved to takes them over when it is read. A purchase that was never paid and is
    still gone after :data:`GRACE` has no such form: it counts as cancelled and its stock is released.
    A paid one is left to a person.
    """
    with transaction.atomic():
        lock_account_orders(integration_id=integration.pk)
        order = Order.objects.filter(
            integration=integration,
            checkout_form_id=checkout_form_id,
            display_status__in=[status.value for status in ladder.OPEN],
        ).first()
        if order is None:
            return
        gone = order.transitions.filter(name=Transition.GONE).first()
        if gone is None or gone.at < order.read_at:  # it had come back since
            _note_gone(order, now)
        elif order.display_status == DisplayStatus.UNPAID and gone.at <= now - GRACE:
            _let_go(order, now)


def _note_gone(order: Order, now: datetime) -> None:
    order.hold_reason = _("Allegro no longer has this order; it may have been merged")
    order.save(update_fields=["hold_reason", "updated_at"])
    order.transitions.filter(name=Transition.GONE).update(at=now)
    _take_step(order, Transition.GONE, now)


def _let_go(order: Order, now: datetime) -> None:
    order.display_status, order.cancelled_at = DisplayStatus.CANCELLED, now
    order.hold_reason = _("Allegro no longer has this order")
    order.save(update_fields=["display_status", "cancelled_at", "hold_reason", "updated_at"])
    waiting = order.lines.filter(stock_state__in=OPEN_LINES)
    move_reservations(
        organization_id=order.organization_id,
        release_claims=[claim_of(line) for line in waiting],
        reason=_("Order cancelled"),
        now=now,
    )
    waiting.update(stock_state=StockState.RELEASED)
    _take_step(order, Transition.CANCELLED, now)
    payload = {"order_id": order.pk, "integration_id": order.integration_id}
    publish(topic="order.cancelled", payload=payload, organization_id=order.organization_id)


def _take_step(order: Order, step: Transition, now: datetime) -> None:
    OrderTransition.objects.bulk_create(
        [
            OrderTransition(
                organization_id=order.organization_id, order=order, name=step.value, at=now
            )
        ],
        ignore_conflicts=True,
    )
