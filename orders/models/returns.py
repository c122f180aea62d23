"""Goods that buyers send back: the return, its lines, and what people decided about each."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel, TimestampedModel
from orders.enums import ReturnReason, ReturnStage, ReturnStatus
from orders.models.order import AMOUNT, Order, OrderLine


class CustomerReturn(TenantModel, TimestampedModel):
    """One return of one account, in the state Allegro last told.

    ``order`` stays empty until the order itself is known here. ``stage`` is ours, by
    ``orders.return_stages``. ``is_earlier``: over before the account was connected. ``parcels`` and
    ``refund_account`` are Allegro's blocks, shown as told; they and ``buyer_login`` are personal.
    """

    integration = models.ForeignKey(
        "settings_app.Integration", on_delete=models.CASCADE, related_name="customer_returns"
    )
    return_id = models.CharField(_("return"), max_length=64)
    reference_number = models.CharField(_("reference number"), max_length=60, blank=True)
    status = models.CharField(_("status at Allegro"), max_length=40, blank=True)
    stage = models.CharField(
        _("stage"), max_length=12, choices=ReturnStage.choices, default=ReturnStage.ON_THE_WAY
    )
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="customer_returns"
    )
    checkout_form_id = models.CharField(_("order"), max_length=64, blank=True)
    marketplace = models.CharField(_("marketplace"), max_length=40, blank=True)
    is_fulfilment = models.BooleanField(_("handled by Allegro"), default=False)
    is_earlier = models.BooleanField(_("over before the account was connected"), default=False)
    buyer_login = models.CharField(_("buyer"), max_length=120, blank=True)
    parcels = models.JSONField(_("parcels"), default=list, blank=True)
    refund_account = models.JSONField(default=dict, blank=True)
    rejection_code = models.CharField(_("rejected because"), max_length=40, blank=True)
    rejection_reason = models.CharField(max_length=250, blank=True)
    rejected_at = models.DateTimeField(_("rejected"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    payload_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    read_at = models.DateTimeField(_("last read"))
    search = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "return_id"], name="orders_return_once")
        ]
        indexes = [
            models.Index(fields=["organization", "-opened_at", "-id"], name="orders_return_recent"),
            models.Index(
                fields=["organization", "stage", "-opened_at", "-id"], name="orders_return_stage"
            ),
            models.Index(
                fields=["integration", "checkout_form_id"],
                condition=Q(order__isnull=True),
                name="orders_return_unmatched",
            ),
            GinIndex(
                fields=["organization", "search"],
                name="orders_return_search",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.reference_number or self.return_id

    @property
    def status_words(self) -> str:
        """Allegro's status in words; a new one as it came."""
        known = self.status in ReturnStatus.values
        return str(ReturnStatus(self.status).label) if known else self.status


class ReturnLine(TenantModel):
    """Pieces of one offer on their way back, of one order line once that is known.

    Allegro's items name offers, not line items: an item that covers several lines of an order is
    kept as several of these, one ``slot`` each. What is neither sellable, damaged nor not received
    is undecided. ``decisions_made`` counts decisions and makes the keys of what they book.
    """

    customer_return = models.ForeignKey(
        CustomerReturn, on_delete=models.CASCADE, related_name="lines"
    )
    item_key = models.CharField(max_length=60)
    slot = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    offer_allegro_id = models.CharField(_("offer number"), max_length=40)
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="return_lines",
        db_index=False,
    )
    name = models.CharField(_("name"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    price = models.DecimalField(_("price, gross"), **AMOUNT)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    comment = models.TextField(_("the buyer's comment"), blank=True)
    sellable = models.PositiveIntegerField(_("sellable"), default=0)
    damaged = models.PositiveIntegerField(_("damaged"), default=0)
    not_received = models.PositiveIntegerField(_("not received"), default=0)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decisions_made = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_return", "item_key", "slot"], name="orders_return_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("sellable") + F("damaged") + F("not_received")),
                name="orders_return_line_decides_what_is_there",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order_line"],
                condition=Q(order_line__isnull=False),
                name="orders_return_line_of",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.offer_allegro_id}"

    @property
    def reason_words(self) -> str:
        """Why it comes back, in words; a new code as it came."""
        known = self.reason in ReturnReason.values
        return str(ReturnReason(self.reason).label) if known else self.reason

    @property
    def undecided(self) -> int:
        return self.quantity - self.sellable - self.damaged - self.not_received


class ReturnDecision(TenantModel):
    """What a person decided about a line; never changed, a later one stands beside it.

    The numbers are those of the whole line after the decision. ``booked``: whether its sellable pieces
    are in stock then; they are not when stock was never taken for them and nobody wanted it.
    """

    line = models.ForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    sellable = models.PositiveIntegerField(_("sellable"), default=0)
    damaged = models.PositiveIntegerField(_("damaged"), default=0)
    not_received = models.PositiveIntegerField(_("not received"), default=0)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    booked = models.BooleanField(default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="orders_return_decision_once")
        ]

    def __str__(self) -> str:
        return f"decision {self.number} about line {self.line_id}"


class ReturnBooking(TenantModel):
    """What a decision changed on the shelf: pieces of a product, below zero when taken off again.

    The sum over a line's decisions is what lies there because of it; the ledger has the same lines.
    """

    decision = models.ForeignKey(ReturnDecision, on_delete=models.CASCADE, related_name="bookings")
    product = models.ForeignKey("products.Product", on_delete=models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.RESTRICT, related_name="+"
    )
    quantity = models.IntegerField(_("pieces"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "product", "warehouse"], name="orders_return_booking_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} of {self.product_id} in {self.warehouse_id}"


class ReturnRevision(TenantModel):
    """The return as Allegro sent it, once per distinct content; senders' telephone numbers left out."""

    customer_return = models.ForeignKey(
        CustomerReturn, on_delete=models.CASCADE, related_name="revisions"
    )
    payload = models.JSONField()
    sha256 = models.CharField(max_length=64)
    trace_id = models.CharField(max_length=128, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_return", "sha256"], name="orders_return_revision_once"
            )
        ]

    def __str__(self) -> str:
        return f"return {self.customer_return_id} read at {self.read_at}"
