"""Pieces on their way from one warehouse to another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from inventory.enums import TransferState
from inventory.models.stock import Warehouse


class Transfer(TenantModel, TimestampedModel):
    """A shipment between two warehouses. Sent pieces are in neither until they are received."""

    number = models.PositiveIntegerField(_("number"))
    source = models.ForeignKey(
        Warehouse, on_delete=models.RESTRICT, related_name="+", verbose_name=_("from")
    )
    destination = models.ForeignKey(
        Warehouse, on_delete=models.RESTRICT, related_name="+", verbose_name=_("to")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TransferState.choices, default=TransferState.DRAFT
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number"], name="inventory_transfer_number"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("destination")), name="inventory_transfer_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=~Q(state=TransferState.SENT) | Q(sent_at__isnull=False),
                name="inventory_transfer_sent_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="inventory_transfer_state"),
            models.Index(fields=["organization", "-id"], name="inventory_transfer_recent"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """``T-0007``: how people and the ledger name it."""
        return f"T-{self.number:04d}"


class TransferLine(TenantModel):
    """One product of a transfer: how many left, how many arrived, how many never will."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="transfer_lines"
    )
    quantity = models.PositiveIntegerField(_("pieces"))
    received = models.PositiveIntegerField(_("received"), default=0)
    missing = models.PositiveIntegerField(_("not arrived"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "product"], name="inventory_transfer_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="inventory_transfer_line_has_pieces"
            ),
            models.CheckConstraint(
                condition=Q(missing__lte=F("quantity")), name="inventory_transfer_misses_sent_ones"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_id} in transfer {self.transfer_id}"

    @property
    def open(self) -> int:
        """Pieces still on their way once the transfer was sent."""
        return max(self.quantity - self.received - self.missing, 0)


class TransferReceipt(TenantModel):
    """One arrival of a transfer; ``key`` makes it count once, however often the form is sent."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="receipts")
    key = models.CharField(max_length=100)
    pieces = models.PositiveIntegerField(_("pieces"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "key"], name="inventory_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.pieces} pieces of transfer {self.transfer_id}"
