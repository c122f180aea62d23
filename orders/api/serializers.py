from __future__ import annotations

from rest_framework import serializers

from orders.enums import DisplayStatus
from orders.models import Order, OrderLine, OrderRevision


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    offer_id = serializers.CharField(source="offer_allegro_id", help_text="Allegro's offer number")

    class Meta:
        model = OrderLine
        fields = [
            "line_item_id", "offer_id", "external_id", "name", "quantity", "price", "original_price",
            "currency", "tax_rate", "bought_at", "stock_state",
        ]  # fmt: skip


class BuyerSerializer(serializers.Serializer[Order]):
    id = serializers.CharField(source="buyer_id")
    login = serializers.CharField(source="buyer_login")
    email = serializers.CharField(source="buyer_email")
    first_name = serializers.CharField(source="buyer_first_name")
    last_name = serializers.CharField(source="buyer_last_name")
    company_name = serializers.CharField(source="buyer_company")
    phone_number = serializers.CharField(source="buyer_phone")
    language = serializers.CharField(source="buyer_language")
    address = serializers.JSONField(source="buyer_address")


class DeliverySerializer(serializers.Serializer[Order]):
    method_id = serializers.CharField(source="delivery_method_id")
    method = serializers.CharField(source="delivery_method")
    cost = serializers.DecimalField(14, 2, source="delivery_cost", allow_null=True)
    is_smart = serializers.BooleanField()
    address = serializers.JSONField(source="delivery_address")
    pickup_point = serializers.JSONField()
    dispatch_from = serializers.DateTimeField(allow_null=True)
    dispatch_by = serializers.DateTimeField(allow_null=True)


class PaymentSerializer(serializers.Serializer[Order]):
    id = serializers.CharField(source="payment_id")
    type = serializers.CharField(source="payment_type")
    provider = serializers.CharField(source="payment_provider")
    is_paid = serializers.BooleanField()
    paid_amount = serializers.DecimalField(14, 2, allow_null=True)
    surcharges_paid = serializers.DecimalField(14, 2, allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)


class InvoiceWishSerializer(serializers.Serializer[Order]):
    required = serializers.BooleanField(source="invoice_required")  # type: ignore[assignment]
    company = serializers.CharField(source="invoice_company")
    tax_id = serializers.CharField(source="invoice_tax_id")
    address = serializers.JSONField(source="invoice_address")


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order in a list."""

    integration_id = serializers.IntegerField()
    status = serializers.ChoiceField(DisplayStatus.choices, source="display_status")
    allegro_status = serializers.CharField(source="status")
    stop_reason = serializers.CharField(
        help_text="Why it must not be shipped: RETURN_OPENED, BUYER_CANCELLED; empty when it may be"
    )
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields = [
            "id", "checkout_form_id", "integration_id", "status", "allegro_status",
            "fulfilment_status", "fulfilment_provider", "marketplace", "buyer_login", "total",
            "currency", "is_paid", "bought_at", "dispatch_by", "remote_updated_at", "hold_reason",
            "stop_reason", "payment_type", "invoice_required", "lines",
        ]  # fmt: skip


class OrderDetailSerializer(OrderSerializer):
    """An order with all that is known of it."""

    buyer = BuyerSerializer(source="*")
    delivery = DeliverySerializer(source="*")
    payment = PaymentSerializer(source="*")
    invoice = InvoiceWishSerializer(source="*")
    superseded_by = serializers.CharField(
        source="superseded_by.checkout_form_id", allow_null=True, default=None
    )

    class Meta(OrderSerializer.Meta):
        fields = [
            *OrderSerializer.Meta.fields, "revision", "buyer", "delivery", "payment", "invoice",
            "message_to_seller", "note", "ready_at", "cancelled_at", "received_at", "read_at",
            "superseded_by",
        ]  # fmt: skip


class OrderRevisionSerializer(serializers.ModelSerializer[OrderRevision]):
    payload = serializers.JSONField(help_text="The checkout form as Allegro sent it")

    class Meta:
        model = OrderRevision
        fields = ["revision", "sha256", "trace_id", "read_at", "payload"]
