"""Checkout forms and their lines, in the state Allegro last told."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from orders.enums import DisplayStatus, StockState, StopReason

AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "null": True, "blank": True}


class Order(TenantModel, TimestampedModel):
    """One checkout form of one account, in the state Allegro last told.

    Amounts are gross, in ``currency``. Moments are Allegro's except ``received_at`` and
    ``read_at``. ``stop_reason`` says why packers must leave it alone; empty: they need not. Buyer data
    is personal: never logged.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="orders"
    )
    checkout_form_id = models.CharField(_("checkout form"), max_length=64)
    revision = models.CharField(max_length=64, blank=True)
    payload_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    status = models.CharField(_("status at Allegro"), max_length=30)
    fulfilment_status = models.CharField(_("fulfilment"), max_length=30, blank=True)
    fulfilment_provider = models.CharField(max_length=20, blank=True)
    lines_sent = models.CharField(max_length=10, blank=True)
    display_status = models.CharField(
        _("status"), max_length=12, choices=DisplayStatus.choices, default=DisplayStatus.UNPAID
    )
    marketplace = models.CharField(_("marketplace"), max_length=40, blank=True)

    buyer_id = models.CharField(max_length=40, blank=True)
    buyer_login = models.CharField(_("buyer"), max_length=120, blank=True)
    buyer_email = models.CharField(_("buyer's e-mail"), max_length=254, blank=True)
    buyer_first_name = models.CharField(max_length=120, blank=True)
    buyer_last_name = models.CharField(max_length=120, blank=True)
    buyer_company = models.CharField(max_length=250, blank=True)
    buyer_phone = models.CharField(max_length=60, blank=True)
    buyer_address = models.JSONField(default=dict, blank=True)
    buyer_language = models.CharField(max_length=10, blank=True)

    delivery_method_id = models.CharField(max_length=64, blank=True)
    delivery_method = models.CharField(_("delivery"), max_length=200, blank=True)
    delivery_address = models.JSONField(default=dict, blank=True)
    delivery_address_changed_at = models.DateTimeField(null=True, blank=True)
    pickup_point = models.JSONField(default=dict, blank=True)
    delivery_cost = models.DecimalField(_("delivery cost"), **AMOUNT)
    is_smart = models.BooleanField(default=False)
    dispatch_from = models.DateTimeField(null=True, blank=True)
    dispatch_by = models.DateTimeField(_("ship by"), null=True, blank=True)

    invoice_required = models.BooleanField(_("invoice wanted"), default=False)
    invoice_address = models.JSONField(default=dict, blank=True)
    invoice_company = models.CharField(max_length=250, blank=True)
    invoice_tax_id = models.CharField(max_length=40, blank=True)

    payment_id = models.CharField(max_length=64, blank=True)
    payment_type = models.CharField(_("payment"), max_length=30, blank=True)
    payment_provider = models.CharField(max_length=30, blank=True)
    paid_amount = models.DecimalField(_("paid"), **AMOUNT)
    surcharges_paid = models.DecimalField(_("surcharges paid"), **AMOUNT)
    paid_at = models.DateTimeField(null=True, blank=True)
    is_paid = models.BooleanField(_("paid in full"), default=False)
    total = models.DecimalField(_("total"), **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    message_to_seller = models.TextField(blank=True)
    note = models.TextField(blank=True)
    bought_at = models.DateTimeField(_("bought"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    remote_updated_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    read_at = models.DateTimeField(_("last read"))
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    hold_reason = models.CharField(max_length=200, blank=True)
    stop_reason = models.CharField(
        _("do not ship"), max_length=20, choices=StopReason.choices, blank=True
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "checkout_form_id"], name="orders_form_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-bought_at", "-id"], name="orders_recent"),
            models.Index(
                fields=["organization", "display_status", "-bought_at", "-id"],
                name="orders_by_status",
            ),
            models.Index(fields=["integration", "-bought_at"], name="orders_by_account"),
            models.Index(
                fields=["organization", "-bought_at"],
                condition=~models.Q(stop_reason=""),
                name="orders_stopped",
            ),
            models.Index(
                fields=["organization", "marketplace", "-bought_at", "-id"], name="orders_by_market"
            ),
            models.Index(
                fields=["organization", "dispatch_by", "id"],
                condition=models.Q(display_status__in=["READY", "PROCESSING"]),
                name="orders_to_ship",
            ),
            models.Index(
                fields=["organization", "-bought_at", "-id"],
                condition=models.Q(invoice_required=True),
                name="orders_invoices",
            ),
            models.Index(
                fields=["organization", "-bought_at", "-id"],
                condition=models.Q(payment_type="CASH_ON_DELIVERY"),
                name="orders_on_delivery",
            ),
            GinIndex(
                fields=["organization", "search"],
                name="orders_search",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.checkout_form_id


class OrderLine(TenantModel):
    """One line item. Its Allegro id survives a merge of forms, so it identifies the purchase."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    line_item_id = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)
    offer_allegro_id = models.CharField(_("offer number"), max_length=40)
    offer = models.ForeignKey(
        "offers.Offer", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=300)
    quantity = models.PositiveIntegerField(_("quantity"))
    price = models.DecimalField(_("price, gross"), **AMOUNT)
    original_price = models.DecimalField(_("price before discounts"), **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    tax_rate = models.DecimalField(
        _("VAT, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    bought_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    stock_state = models.CharField(
        _("stock"), max_length=10, choices=StockState.choices, default=StockState.NONE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "line_item_id"], name="orders_line_once")
        ]
        indexes = [
            models.Index(fields=["order", "position"], name="orders_line_order"),
            models.Index(fields=["organization", "external_id"], name="orders_line_sku"),
            models.Index(
                "organization",
                OpClass(Upper("external_id"), "text_pattern_ops"),
                name="orders_line_code",
            ),
            models.Index(fields=["integration", "offer_allegro_id"], name="orders_line_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"
