"""Parcels: who carries them, and the tracking numbers an order has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from orders.enums import ShipmentSource
from orders.models.order import Order
from orders.models.writes import OrderWrite


class Carrier(models.Model):
    """A carrier a tracking number may name, as Allegro listed it; the same for all sellers."""

    environment = models.CharField(max_length=12)
    carrier_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(_("read"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "carrier_id"], name="orders_carrier_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Shipment(TenantModel):
    """A tracking number on an order, as Allegro last listed it. None of it can be deleted there."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    remote_id = models.CharField(_("number at Allegro"), max_length=64)
    carrier_id = models.CharField(_("carrier"), max_length=64, blank=True)
    carrier_name = models.CharField(max_length=200, blank=True)
    waybill = models.CharField(_("tracking number"), max_length=64)
    line_item_ids = models.JSONField(default=list, blank=True)
    source = models.CharField(_("added by"), max_length=10, choices=ShipmentSource.choices)
    write = models.ForeignKey(
        OrderWrite, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), null=True, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "remote_id"], name="orders_shipment_once")
        ]
        indexes = [models.Index(fields=["organization", "waybill"], name="orders_shipment_waybill")]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.waybill}"
