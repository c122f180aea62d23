"""How an account's prices follow from the catalogue, and the exchange rates that takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from offers.enums import PriceSource

PERCENT: dict[str, Any] = {"max_digits": 7, "decimal_places": 2, "null": True, "blank": True}
AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "null": True, "blank": True}
POSITIVE = [MinValueValidator(Decimal("0.01"))]


class PriceRule(TenantModel, TimestampedModel):
    """How the prices of an account's offers on one marketplace follow from their products.

    ``marketplace`` empty is the account's own. SELLING takes the products' selling prices and adds
    ``percent``; PURCHASE takes their net purchase prices, adds the margin (``percent``, else the
    supplier's, else the organization's) and VAT (``vat_percent``, else the product's, else the
    account's). Other currencies are converted by the seller's own rates, no older than
    ``rate_days``. The price is rounded to ``decimals``, up to the next one that ends in ``ending``
    (``.99``, ``9``). Below ``lowest`` or ``lowest_margin_percent`` over the purchase price, and above
    ``highest``, there is no price at all: a limit refuses, it never changes a price silently.
    """

    integration = models.ForeignKey(
        "settings_app.Integration",
        on_delete=models.CASCADE,
        related_name="price_rules",
        db_index=False,
    )
    marketplace = models.CharField(_("marketplace"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    source = models.CharField(_("starts from"), max_length=8, choices=PriceSource.choices)
    percent = models.DecimalField(
        _("added, %"), **PERCENT, validators=[MinValueValidator(Decimal("-99.99"))]
    )
    vat_percent = models.DecimalField(
        _("VAT, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    rate_days = models.PositiveSmallIntegerField(
        _("exchange rate at most this old, days"), default=7, validators=[MinValueValidator(1)]
    )
    decimals = models.PositiveSmallIntegerField(
        _("decimals"), default=2, validators=[MaxValueValidator(2)]
    )
    ending = models.CharField(
        _("ending"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{0,3}(\.\d{1,2})?$")],
    )
    lowest = models.DecimalField(_("lowest price"), **AMOUNT, validators=POSITIVE)
    highest = models.DecimalField(_("highest price"), **AMOUNT, validators=POSITIVE)
    lowest_margin_percent = models.DecimalField(_("lowest margin, %"), **PERCENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "marketplace"], name="offers_price_rule_once"
            ),
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(highest=None) | Q(lowest__lte=models.F("highest")),
                name="offers_price_rule_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"prices of account {self.integration_id} {self.marketplace}".strip()


class ExchangeRate(TenantModel):
    """One unit of ``currency`` in ``quote`` on a day, as the seller entered it."""

    currency = models.CharField(_("currency"), max_length=3)
    quote = models.CharField(_("costs in"), max_length=3)
    rate = models.DecimalField(
        _("rate"),
        max_digits=18,
        decimal_places=8,
        validators=[MinValueValidator(Decimal("0.00000001"))],
    )
    rate_date = models.DateField(_("of the day"))
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "currency", "quote", "rate_date"], name="offers_rate_once"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="offers_rate_positive"),
            models.CheckConstraint(
                condition=~Q(currency=models.F("quote")), name="offers_rate_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate} {self.quote} ({self.rate_date})"
