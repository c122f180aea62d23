"""One Allegro account of an organization: its tokens, its switches, its health."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField
from core.tenancy import TenantModel, TimestampedModel
from settings_app.enums import ConflictStrategy, Environment, IntegrationState, ZeroStockPolicy
from settings_app.rules import VAT_RATE

FAILURES_BEFORE_DISABLING = 5


class Integration(TenantModel, TimestampedModel):
    """One Allegro account of an organization: its tokens, its switches, its health.

    ``expected_*`` is the account the seller meant, ``seller_*`` what ``/me`` confirmed. Switches that
    write to Allegro start off. ``last_sync_error`` is about reaching Allegro, ``last_finding`` about
    the data found there.
    """

    label = models.CharField(_("name"), max_length=80)
    environment = models.CharField(_("environment"), max_length=12, choices=Environment.choices)
    state = models.CharField(
        _("state"),
        max_length=14,
        choices=IntegrationState.choices,
        default=IntegrationState.NEEDS_REAUTH,
    )
    expected_login = models.CharField(_("expected Allegro login"), max_length=120, blank=True)
    seller_id = models.CharField(_("seller id"), max_length=40, blank=True)
    seller_login = models.CharField(_("seller login"), max_length=120, blank=True)
    base_marketplace = models.CharField(_("base marketplace"), max_length=40, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    identity_error = models.CharField(max_length=300, blank=True)

    access_token = SealedField()
    refresh_token = SealedField()
    token_jti = models.CharField(max_length=80, blank=True, editable=False)
    token_refreshed_at = models.DateTimeField(null=True, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    refresh_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    refresh_retry_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = models.JSONField(default=list, blank=True)

    may_write_stock = models.BooleanField(_("may write stock"), default=False)
    may_write_price = models.BooleanField(_("may write prices"), default=False)
    may_write_offers = models.BooleanField(_("may write offers"), default=False)
    stock_buffer = models.PositiveIntegerField(_("stock buffer, pieces"), default=0)
    zero_stock_policy = models.CharField(
        _("at zero stock"),
        max_length=10,
        choices=ZeroStockPolicy.choices,
        default=ZeroStockPolicy.SET_ZERO,
    )
    brake_share_percent = models.PositiveSmallIntegerField(
        _("brake, per cent of offers"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    brake_minimum = models.PositiveIntegerField(
        _("brake, at least offers"), default=10, validators=[MinValueValidator(1)]
    )
    brake_changed_percent = models.PositiveSmallIntegerField(
        _("brake of a run, per cent of offers"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    brake_changed_minimum = models.PositiveIntegerField(
        _("brake of a run, at least offers"), default=50, validators=[MinValueValidator(1)]
    )
    brake_ended_per_day = models.PositiveIntegerField(_("offers ended a day, at most"), default=50)
    conflict_strategy = models.CharField(
        _("on conflict"),
        max_length=14,
        choices=ConflictStrategy.choices,
        default=ConflictStrategy.MANUAL,
    )

    auto_generate_invoices = models.BooleanField(_("make invoices by itself"), default=False)
    invoice_template_id = models.CharField(  # noqa: DJ001 -- the published settings show null
        _("invoice template"), max_length=64, null=True, blank=True, default=None
    )
    sync_frequency_minutes = models.PositiveIntegerField(
        _("sync every, minutes"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
    )
    auto_mark_as_paid = models.BooleanField(_("mark invoices as paid"), default=False)
    auto_create_customer = models.BooleanField(_("make customers from buyers"), default=True)
    auto_create_product = models.BooleanField(_("make products from offers"), default=False)
    default_vat_rate = models.DecimalField(
        _("default VAT rate, %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("23"),
        validators=VAT_RATE,
    )

    sync_error_count = models.PositiveIntegerField(_("consecutive errors"), default=0)
    last_sync_error = models.CharField(_("last error"), max_length=500, blank=True)
    last_error_trace_id = models.CharField(_("trace id"), max_length=128, blank=True)
    is_outage = models.BooleanField(
        _("Allegro did not answer"),
        default=False,
        help_text=_("The last error was Allegro's, so it is tried again by itself."),
    )
    last_finding = models.CharField(_("last finding"), max_length=500, blank=True)
    last_synced_at = models.DateTimeField(_("last synced"), null=True, blank=True)
    last_order_at = models.DateTimeField(_("last order"), null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    disconnected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # One seller account lives in one place: no second link, in any organization, unnoticed.
            models.UniqueConstraint(
                fields=["environment", "seller_id"],
                condition=~models.Q(seller_id="") & ~models.Q(state=IntegrationState.DISCONNECTED),
                name="settings_seller_linked_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state"], name="settings_integration_org"),
            models.Index(fields=["state", "token_expires_at"], name="settings_integration_expiry"),
            models.Index(
                fields=["refresh_retry_at"],
                condition=models.Q(refresh_retry_at__isnull=False),
                name="settings_integration_retry",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_working(self) -> bool:
        """Whether jobs run for it."""
        return self.state == IntegrationState.CONNECTED
