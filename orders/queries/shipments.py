"""Reads of tracking numbers and of the carriers they may name."""

from __future__ import annotations

from django.db.models import QuerySet

from orders.enums import WriteKind
from orders.models import Carrier, Order, OrderWrite, Shipment


def shipments_of(*, order: Order) -> QuerySet[Shipment]:
    """The order's tracking numbers, oldest first."""
    return Shipment.objects.filter(order=order).order_by("created_at", "pk")


def kept_carriers(*, order: Order) -> list[Carrier]:
    """The carriers of the account's environment, without Allegro, which adds its numbers itself."""
    kept = Carrier.objects.filter(environment=order.integration.environment)
    return list(kept.exclude(carrier_id="ALLEGRO").order_by("position", "pk"))


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
