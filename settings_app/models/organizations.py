"""What holds for a whole organization, and what the operator decides for all of them."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from settings_app.rules import VAT_RATE


class OrganizationSettings(TenantModel, TimestampedModel):
    """How the organization works when no integration or supplier says otherwise."""

    default_margin_percent = models.DecimalField(
        _("default margin, %"), max_digits=7, decimal_places=2, default=Decimal("20")
    )
    default_vat_rate = models.DecimalField(
        _("default VAT rate, %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("23"),
        validators=VAT_RATE,
    )
    low_stock_threshold = models.PositiveIntegerField(_("low stock from"), default=3)
    notification_email = models.EmailField(_("e-mail for notices"), blank=True)
    keep_runs_days = models.PositiveSmallIntegerField(
        _("keep runs, days"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
    )
    stock_writes_stopped_at = models.DateTimeField(
        _("stock to Allegro stopped"), null=True, blank=True
    )
    offer_writes_stopped_at = models.DateTimeField(
        _("offers to Allegro stopped"), null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "organization settings"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="settings_one_per_organization")
        ]

    def __str__(self) -> str:
        return f"settings of organization {self.organization_id}"


class Installation(models.Model):
    """What the operator decides for everybody: one row, or none while nothing was decided."""

    stock_writes_stopped_at = models.DateTimeField(
        _("stock to Allegro stopped"), null=True, blank=True
    )
    offer_writes_stopped_at = models.DateTimeField(
        _("offers to Allegro stopped"), null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "installation"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="settings_one_installation")
        ]

    def __str__(self) -> str:
        return "installation"
