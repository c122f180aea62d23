"""Orders for operators: states, steps and readings; buyers' names, addresses and forms stay out."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ReadOnlyAdmin
from orders.models import (
    Cancellation,
    Carrier,
    CommissionClaim,
    CustomerReturn,
    Order,
    OrderLine,
    OrderRevision,
    OrderTransition,
    OrderWrite,
    Refund,
    ReturnBooking,
    ReturnDecision,
    ReturnLine,
    ReturnRevision,
    Shipment,
)
from orders.operations import retry_writes


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = [
        "checkout_form_id", "display_status", "status", "fulfilment_status", "total", "currency",
        "is_paid", "bought_at", "read_at", "hold_reason", "integration", "organization",
    ]  # fmt: skip
    list_filter = [
        "display_status", "is_paid", "marketplace", ("hold_reason", admin.EmptyFieldListFilter),
        "stop_reason",
    ]  # fmt: skip
    list_select_related = ["integration", "organization"]
    search_fields = ["=checkout_form_id"]
    fields = [
        "checkout_form_id", "integration", "organization", "display_status", "status",
        "fulfilment_status", "fulfilment_provider", "marketplace", "total", "currency", "is_paid",
        "paid_at", "payment_type", "delivery_method", "dispatch_by", "invoice_required", "bought_at",
        "ready_at", "cancelled_at", "remote_updated_at", "received_at", "read_at", "superseded_by",
        "hold_reason", "stop_reason", "stopped_at", "revision",
    ]  # fmt: skip


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    list_display = [
        "line_item_id", "order", "offer_allegro_id", "external_id", "quantity", "stock_state",
        "organization",
    ]  # fmt: skip
    list_filter = ["stock_state"]
    list_select_related = ["order", "organization"]
    search_fields = ["=line_item_id", "=offer_allegro_id", "=external_id"]


@admin.register(OrderRevision)
class OrderRevisionAdmin(ReadOnlyAdmin):
    list_display = ["order", "revision", "read_at", "trace_id", "organization"]
    list_select_related = ["order", "organization"]
    search_fields = ["=order__checkout_form_id", "=trace_id"]
    exclude = ["payload"]


@admin.register(OrderTransition)
class OrderTransitionAdmin(ReadOnlyAdmin):
    list_display = ["order", "name", "at", "organization"]
    list_filter = ["name"]
    list_select_related = ["order", "organization"]
    search_fields = ["=order__checkout_form_id"]


@admin.register(CustomerReturn)
class CustomerReturnAdmin(ReadOnlyAdmin):
    list_display = [
        "return_id", "reference_number", "stage", "status", "order", "opened_at", "read_at",
        "integration", "organization",
    ]  # fmt: skip
    list_filter = ["stage", "status", "is_fulfilment", "is_earlier"]
    list_select_related = ["order", "integration", "organization"]
    search_fields = ["=return_id", "=reference_number", "=checkout_form_id"]
    fields = [
        "return_id", "reference_number", "integration", "organization", "stage", "status", "order",
        "checkout_form_id", "marketplace", "is_fulfilment", "is_earlier", "rejection_code",
        "rejected_at", "opened_at", "received_at", "read_at",
    ]  # fmt: skip


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = [
        "customer_return", "offer_allegro_id", "order_line", "quantity", "sellable", "damaged",
        "not_received", "decided_at", "organization",
    ]  # fmt: skip
    list_filter = ["reason"]
    list_select_related = ["customer_return", "order_line", "organization"]
    search_fields = ["=customer_return__return_id", "=offer_allegro_id"]
    exclude = ["comment"]


@admin.register(ReturnDecision)
class ReturnDecisionAdmin(ReadOnlyAdmin):
    list_display = [
        "line", "number", "sellable", "damaged", "not_received", "booked", "at", "organization",
    ]  # fmt: skip
    list_select_related = ["line", "organization"]
    search_fields = ["=line__customer_return__return_id"]


@admin.register(ReturnBooking)
class ReturnBookingAdmin(ReadOnlyAdmin):
    list_display = ["decision", "product", "warehouse", "quantity", "organization"]
    list_select_related = ["decision", "product", "warehouse", "organization"]
    search_fields = ["=decision__line__customer_return__return_id", "=product__code"]


@admin.register(ReturnRevision)
class ReturnRevisionAdmin(ReadOnlyAdmin):
    list_display = ["customer_return", "read_at", "trace_id", "organization"]
    list_select_related = ["customer_return", "organization"]
    search_fields = ["=customer_return__return_id", "=trace_id"]
    exclude = ["payload"]


@admin.register(OrderWrite)
class OrderWriteAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "kind", "order", "state", "outcome", "problem", "attempts", "next_attempt_at",
        "last_error", "last_trace_id", "requested_at", "integration", "organization",
    ]  # fmt: skip
    list_filter = ["state", "kind", "problem", "outcome"]
    list_select_related = ["order", "integration", "organization"]
    search_fields = ["=order__checkout_form_id", "=remote_id", "=last_trace_id"]
    # What was asked for can hold words of the seller to the buyer.
    exclude = ["requested"]
    actions = ["retry"]

    @admin.action(description=_("Try the chosen writes again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[OrderWrite]) -> None:
        """Make the chosen writes that need a person due; what Allegro did already is not repeated."""
        count = retry_writes(writes=queryset, actor=request.user, now=timezone.now())
        messages.success(
            request,
            ngettext(
                "%(n)d write is tried again.",
                "%(n)d writes are tried again.",
                count,
            )
            % {"n": count},
        )


@admin.register(Cancellation)
class CancellationAdmin(ReadOnlyAdmin):
    list_display = ["pk", "order", "whole", "requested_at", "organization"]
    list_select_related = ["order", "organization"]
    search_fields = ["=order__checkout_form_id"]


@admin.register(Carrier)
class CarrierAdmin(ReadOnlyAdmin):
    list_display = ["carrier_id", "name", "environment", "read_at"]
    list_filter = ["environment"]


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = [
        "waybill", "carrier_id", "order", "source", "created_at", "read_at", "organization",
    ]  # fmt: skip
    list_filter = ["source"]
    list_select_related = ["order", "organization"]
    search_fields = ["=waybill", "=order__checkout_form_id"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = [
        "remote_id", "order", "status", "reason", "total", "currency", "created_at", "organization",
    ]  # fmt: skip
    list_filter = ["status", "reason"]
    list_select_related = ["order", "organization"]
    search_fields = ["=remote_id", "=order__checkout_form_id"]


@admin.register(CommissionClaim)
class CommissionClaimAdmin(ReadOnlyAdmin):
    list_display = [
        "remote_id", "order", "status", "type", "quantity", "commission", "currency",
        "next_read_at", "organization",
    ]  # fmt: skip
    list_filter = ["status", "type"]
    list_select_related = ["order", "organization"]
    search_fields = ["=remote_id", "=order__checkout_form_id"]
