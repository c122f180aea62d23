"""Money that goes back: to buyers, and from Allegro to the seller."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from orders.enums import RefundReason
from orders.models.order import Order, OrderLine
from orders.models.writes import OrderWrite


class Refund(TenantModel):
    """A refund of an order as Allegro last told it, ordered here or elsewhere."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    remote_id = models.CharField(_("number at Allegro"), max_length=64)
    payment_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("state"), max_length=30)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    total = models.DecimalField(_("sum"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    lines = models.JSONField(default=list, blank=True)
    delivery = models.DecimalField(
        _("of it delivery"), max_digits=14, decimal_places=2, default=Decimal(0)
    )
    write = models.ForeignKey(
        OrderWrite, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "remote_id"], name="orders_refund_once")
        ]

    def __str__(self) -> str:
        return f"{self.total} {self.currency} {self.status}"

    @property
    def reason_label(self) -> str:
        """The reason in words; Allegro's code when it is a new one."""
        known = self.reason in RefundReason.values
        return str(RefundReason(self.reason).label) if known else self.reason


class CommissionClaim(TenantModel):
    """A claim for Allegro's commission of one line, made here, elsewhere or by Allegro itself.

    ``next_read_at`` is set while its state is not final.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="commission_claims")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="commission_claims")
    remote_id = models.CharField(_("number at Allegro"), max_length=64)
    status = models.CharField(_("state"), max_length=30)
    type = models.CharField(_("made by"), max_length=20, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    commission = models.DecimalField(
        _("commission"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    read_at = models.DateTimeField()
    next_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "remote_id"], name="orders_claim_once")
        ]
        indexes = [
            models.Index(
                fields=["next_read_at"],
                name="orders_claim_due",
                condition=models.Q(next_read_at__isnull=False),
            ),
            models.Index(fields=["order", "-id"], name="orders_claim_order"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} pieces {self.status}"
