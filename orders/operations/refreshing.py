"""Reading one order again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound
from orders import ladder
from orders.enums import Transition
from orders.locks import lock_account_orders
from orders.models import Order, OrderTransition
from orders.operations.recording import Recorded, record_checkout_form
from settings_app.models import Integration


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
    """Note on an open order that Allegro no longer has its form; its stock stays promised."""
    with transaction.atomic():
        lock_account_orders(integration_id=integration.pk)
        order = Order.objects.filter(
            integration=integration,
            checkout_form_id=checkout_form_id,
            display_status__in=[status.value for status in ladder.OPEN],
        ).first()
        if order is None or order.hold_reason:
            return
        order.hold_reason = _("Allegro no longer has this order; it may have been merged")
        order.save(update_fields=["hold_reason", "updated_at"])
        OrderTransition.objects.bulk_create(
            [
                OrderTransition(
                    organization_id=order.organization_id,
                    order=order,
                    name=Transition.GONE.value,
                    at=now,
                )
            ],
            ignore_conflicts=True,
        )
