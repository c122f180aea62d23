"""What an order was: every reading of its form, every step it took."""

from __future__ import annotations

from django.db import models

from core.packed import PackedJSONField
from core.tenancy import TenantModel
from orders.models.order import Order


class OrderRevision(TenantModel):
    """The checkout form as Allegro sent it, once per distinct content."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="revisions")
    revision = models.CharField(max_length=64, blank=True)
    payload = PackedJSONField()
    sha256 = models.CharField(max_length=64)
    trace_id = models.CharField(max_length=128, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "sha256"], name="orders_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} revision {self.revision}"


class OrderTransition(TenantModel):
    """A step an order took, once each; what follows from it (outbox) was written with it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="transitions")
    name = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="orders_transition_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} of order {self.order_id}"
