"""Whom the seller buys from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField
from core.tenancy import TenantModel, TimestampedModel


class Supplier(TenantModel, TimestampedModel):
    """Somebody the seller buys from; files of theirs are imported under this name."""

    name = models.CharField(_("name"), max_length=160)
    code = models.CharField(_("code"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CZK")
    margin_percent = models.DecimalField(
        _("margin, %"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    feed_url = models.URLField(_("feed address"), max_length=500, blank=True)
    api_key = SealedField()
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="settings_supplier_name")
        ]

    def __str__(self) -> str:
        return self.name
