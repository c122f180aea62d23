"""Orders for operators: states, steps and readings; buyers' names, addresses and forms stay out."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from orders.models import Order, OrderLine, OrderRevision, OrderTransition


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = [
        "checkout_form_id", "display_status", "status", "fulfilment_status", "total", "currency",
        "is_paid", "bought_at", "read_at", "hold_reason", "integration", "organization",
    ]  # fmt: skip
    list_filter = [
        "display_status", "is_paid", "marketplace", ("hold_reason", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["integration", "organization"]
    search_fields = ["=checkout_form_id"]
    fields = [
        "checkout_form_id", "integration", "organization", "display_status", "status",
        "fulfilment_status", "fulfilment_provider", "marketplace", "total", "currency", "is_paid",
        "paid_at", "payment_type", "delivery_method", "dispatch_by", "invoice_required", "bought_at",
        "ready_at", "cancelled_at", "remote_updated_at", "received_at", "read_at", "superseded_by",
        "hold_reason", "revision",
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
