"""Which products are low on stock, so that each fall is told of once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel


class LowStock(TenantModel):
    """A product that is at or below its threshold, since when, and how many were left then."""

    product = models.OneToOneField(
        "products.Product", on_delete=models.CASCADE, related_name="low_stock"
    )
    available = models.IntegerField(_("available"))
    threshold = models.PositiveIntegerField(_("low from"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name_plural = "low stock"
        indexes = [models.Index(fields=["organization", "-since", "-id"], name="inventory_low")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.available} of {self.threshold}"
