"""What the inbox adds to the story of an order: every event that was received about it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.enums import WorkState
from orders.models import Order
from orders.timeline import SHOWN, Entry, entry, register
from webhooks.models import InboundEvent

TONES = {WorkState.DEAD: "danger", WorkState.WAITING_FOR_PERSON: "warn"}


def register_events() -> None:
    """Called once, when the apps are ready."""
    register("webhooks.events", events_about)


def events_about(order: Order) -> Iterator[Entry]:
    """The newest events that name the order's checkout form, with what became of them."""
    events = (
        InboundEvent.objects.filter(
            organization_id=order.organization_id,
            integration_id=order.integration_id,
            checkout_form_id=order.checkout_form_id,
        )
        .defer("raw", "headers")
        .order_by("-pk")
    )
    for event in events[:SHOWN]:
        details = [event.get_source_display()]
        if event.state != WorkState.DONE:
            details.append(str(WorkState(event.state).label))
        details.append(event.last_error or event.outcome)
        yield entry(
            _("Event %(name)s received") % {"name": event.event_type or "–"},
            event.received_at,
            " · ".join(detail for detail in details if detail),
            tone=TONES.get(WorkState(event.state)),
        )
