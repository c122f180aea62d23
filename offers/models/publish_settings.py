"""What every new offer of an account gets, and the pictures uploaded for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from offers.enums import InvoiceKind

NAMED: dict[str, Any] = {"max_length": 200, "blank": True}
ID: dict[str, Any] = {"max_length": 40, "blank": True}


class PublishSettings(TenantModel, TimestampedModel):
    """Delivery, after-sales, producer, place and tax of an account's new offers.

    Ids are Allegro's, chosen from what the account holds there; the name beside each is what it was
    called when it was chosen. ``handling_time`` is an ISO 8601 duration. ``marketed_before_gpsr`` is
    the seller's word that the goods were on sale before 13 December 2024.
    """

    integration = models.OneToOneField(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="publish_settings"
    )
    shipping_rates_id = models.CharField(_("delivery prices"), **ID)
    shipping_rates_name = models.CharField(**NAMED)
    handling_time = models.CharField(_("handed over within"), max_length=10, default="PT24H")
    return_policy_id = models.CharField(_("returns"), **ID)
    return_policy_name = models.CharField(**NAMED)
    implied_warranty_id = models.CharField(_("complaints"), **ID)
    implied_warranty_name = models.CharField(**NAMED)
    warranty_id = models.CharField(_("guarantee"), **ID)
    warranty_name = models.CharField(**NAMED)
    responsible_producer_id = models.CharField(_("responsible producer"), **ID)
    responsible_producer_name = models.CharField(**NAMED)
    safety_information = models.TextField(_("safety information"), max_length=5000, blank=True)
    marketed_before_gpsr = models.BooleanField(_("on sale before 13 December 2024"), default=False)
    city = models.CharField(_("city"), max_length=100, blank=True)
    post_code = models.CharField(_("post code"), max_length=12, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    country_code = models.CharField(_("country"), max_length=2, default="PL")
    invoice = models.CharField(
        _("invoice"), max_length=12, choices=InvoiceKind.choices, default=InvoiceKind.VAT
    )
    tax_rate = models.DecimalField(
        _("VAT, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        verbose_name_plural = "publish settings"

    def __str__(self) -> str:
        return f"new offers of account {self.integration_id}"


class UploadedImage(TenantModel):
    """A picture that lies at Allegro, known by its content so that it is uploaded once.

    ``content_hash`` is the SHA-256 of the bytes. Until ``expires_at`` an offer may use ``location``.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    content_hash = models.CharField(max_length=64)
    source_url = models.CharField(_("taken from"), max_length=1000, blank=True)
    location = models.CharField(_("address at Allegro"), max_length=1000)
    uploaded_at = models.DateTimeField(_("uploaded"))
    expires_at = models.DateTimeField(_("usable until"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "content_hash"], name="offers_image_once"
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="offers_image_expiry")]

    def __str__(self) -> str:
        return self.location
