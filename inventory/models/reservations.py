"""Stock that is promised: to order lines, and to holds of shops and scripts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from inventory.enums import HoldState, ReservationState
from inventory.models.stock import Warehouse


class Reservation(TenantModel):
    """Pieces of one product promised to one order line; left active exactly once.

    ``key`` names the promise, ``claim`` what it was made for (several keys when a sold offer holds
    several products). ``times`` counts how often it was made or resized, and makes the key of each
    ledger line that follows from it.
    """

    key = models.CharField(max_length=160)
    claim = models.CharField(max_length=160, blank=True)
    times = models.PositiveSmallIntegerField(default=1)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.RESTRICT, related_name="+")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="reservations"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReservationState.choices, default=ReservationState.ACTIVE
    )
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="inventory_reserved_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="inventory_reserves_something"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "product"],
                condition=Q(state=ReservationState.ACTIVE),
                name="inventory_active_reservation",
            ),
            models.Index(
                fields=["organization", "claim"],
                condition=~Q(claim=""),
                name="inventory_reservation_claim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_id} for {self.key}"


class Hold(TenantModel):
    """Pieces that a shop, a script or a person wants kept, until they are sold, given back or expire.

    Unlike a sale on Allegro it is made only when the pieces are there. Its reservations have the
    claim ``hold:<id>``: several where a bundle has parts or the pieces lie in several places.
    """

    key = models.CharField(max_length=160)
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="holds")
    quantity = models.PositiveIntegerField(_("quantity"))
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=HoldState.choices, default=HoldState.ACTIVE
    )
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="inventory_held_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_holds_something"),
            models.CheckConstraint(
                condition=Q(state=HoldState.ACTIVE, settled_at=None)
                | (~Q(state=HoldState.ACTIVE) & Q(settled_at__isnull=False)),
                name="inventory_hold_settled_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="inventory_hold_recent"),
            models.Index(fields=["organization", "state", "-id"], name="inventory_hold_state"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state=HoldState.ACTIVE, expires_at__isnull=False),
                name="inventory_hold_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_id} held by {self.key}"

    @property
    def claim(self) -> str:
        return f"hold:{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state == HoldState.ACTIVE
