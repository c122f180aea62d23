"""What people ask Allegro to change about an order, in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.enums import Fulfilment, LinesSent, RefundReason
from orders.models import Cancellation, Carrier, CommissionClaim, OrderWrite, Refund, Shipment
from orders.money_back import LineBack, RefundWish
from orders.problems import PROBLEMS
from orders.queries.writes import ProblemTold

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class ProblemSerializer(serializers.Serializer[ProblemTold]):
    code = serializers.ChoiceField(sorted(PROBLEMS))
    title = serializers.CharField()
    detail = serializers.CharField(help_text="Allegro's words, or ours")
    remedy = serializers.CharField()


class OrderWriteSerializer(serializers.ModelSerializer[OrderWrite]):
    """A change of an order on its way to Allegro."""

    order_id = serializers.IntegerField()
    requested = serializers.JSONField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    problem = serializers.SerializerMethodField()
    trace_id = serializers.CharField(source="last_trace_id")
    waits_for_id = serializers.IntegerField(source="after_write_id", allow_null=True)
    cancellation_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = OrderWrite
        fields = [
            "id", "order_id", "kind", "state", "outcome", "requested", "before", "after", "problem",
            "remote_id", "remote_status", "attempts", "next_attempt_at", "trace_id", "waits_for_id",
            "cancellation_id", "requested_at", "finished_at",
        ]  # fmt: skip

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_problem(self, write: OrderWrite) -> dict[str, Any] | None:
        told = ProblemTold.of(write)
        return dict(ProblemSerializer(told).data) if told else None


class StatusWishSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Fulfilment.choices)
    lines_sent = serializers.ChoiceField(LinesSent.choices, required=False, default="")
    revision = serializers.CharField(
        required=False, default="", max_length=64, help_text="The form's revision you decided on"
    )
    despite_stop = serializers.BooleanField(
        required=False, default=False, help_text="Although it is cancelled, stopped or unpaid"
    )


class TrackingWishSerializer(serializers.Serializer[Any]):
    carrier_id = serializers.CharField(max_length=64)
    waybill = serializers.CharField(max_length=200)
    carrier_name = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200
    )
    line_item_ids = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, default=list, max_length=500
    )
    mark_as_sent = serializers.BooleanField(required=False, default=False)
    despite_stop = serializers.BooleanField(required=False, default=False)


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    class Meta:
        model = Shipment
        fields = [
            "remote_id", "carrier_id", "carrier_name", "waybill", "line_item_ids", "source",
            "created_at", "read_at",
        ]  # fmt: skip


class CarrierSerializer(serializers.ModelSerializer[Carrier]):
    class Meta:
        model = Carrier
        fields = ["carrier_id", "name", "read_at"]


class LineBackSerializer(serializers.Serializer[Any]):
    """Either ``quantity`` or ``amount``."""

    line_item_id = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    amount = serializers.DecimalField(required=False, allow_null=True, default=None, **MONEY)


class SurchargeBackSerializer(serializers.Serializer[Any]):
    payment_id = serializers.CharField(max_length=64)
    amount = serializers.DecimalField(**MONEY)


class RefundWishSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(RefundReason.choices)
    lines = LineBackSerializer(many=True, required=False, default=list)
    delivery = serializers.DecimalField(required=False, default=Decimal(0), **MONEY)
    additional_services = serializers.DecimalField(required=False, default=Decimal(0), **MONEY)
    overpaid = serializers.DecimalField(required=False, default=Decimal(0), **MONEY)
    surcharges = SurchargeBackSerializer(many=True, required=False, default=list)
    comment = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=250, help_text="The buyer sees it"
    )

    def wish(self) -> RefundWish:
        """What was asked for; the serializer must be valid."""
        values = self.validated_data
        return RefundWish(
            reason=values["reason"],
            lines=tuple(
                LineBack(one["line_item_id"], one["quantity"], one["amount"])
                for one in values["lines"]
            ),
            delivery=values["delivery"],
            additional_services=values["additional_services"],
            overpaid=values["overpaid"],
            surcharges={one["payment_id"]: one["amount"] for one in values["surcharges"]},
            comment=values["comment"],
        )


class RefundPreviewSerializer(serializers.Serializer[Any]):
    """What a refund would come to, in ``currency``."""

    total = serializers.DecimalField(**MONEY)
    paid = serializers.DecimalField(**MONEY)
    refunded = serializers.DecimalField(**MONEY)
    refundable = serializers.DecimalField(**MONEY)
    left = serializers.DecimalField(**MONEY)
    currency = serializers.CharField()


class RefundSerializer(serializers.ModelSerializer[Refund]):
    write_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Refund
        fields = [
            "remote_id", "payment_id", "status", "reason", "total", "currency", "delivery",
            "write_id", "created_at", "read_at",
        ]  # fmt: skip


class ClaimWishSerializer(serializers.Serializer[Any]):
    line_item_id = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField(min_value=1)
    when_possible = serializers.BooleanField(
        required=False, default=False, help_text="Keep it until it may be made"
    )


class ClaimSerializer(serializers.ModelSerializer[CommissionClaim]):
    line_item_id = serializers.CharField(source="line.line_item_id")

    class Meta:
        model = CommissionClaim
        fields = [
            "remote_id", "line_item_id", "status", "type", "quantity", "commission", "currency",
            "created_at", "read_at",
        ]  # fmt: skip


class PiecesSerializer(serializers.Serializer[Any]):
    line_item_id = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField(min_value=1)


class CancelWishSerializer(serializers.Serializer[Any]):
    """Without lines it is the whole order."""

    lines = PiecesSerializer(many=True, required=False, allow_null=True, default=None)
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=250)

    def validate_lines(self, lines: list[dict[str, Any] | None] | None) -> Any:
        """A list that may be null lets its items be null too, which no line is; nor is any named twice."""
        named = [one["line_item_id"] for one in lines or [] if one is not None]
        if len(set(named)) != len(lines or []):
            raise serializers.ValidationError(_("Name each line once, with its pieces."))
        return lines

    def quantities(self) -> dict[str, int] | None:
        """Pieces by line item; the serializer must be valid."""
        lines = self.validated_data["lines"]
        return None if lines is None else {one["line_item_id"]: one["quantity"] for one in lines}


class CancelPlanSerializer(serializers.Serializer[Any]):
    """The steps before they are made."""

    whole = serializers.BooleanField()
    refund = RefundPreviewSerializer(source="refund_preview", allow_null=True)
    sets_status = serializers.BooleanField()
    claims = serializers.SerializerMethodField()

    @extend_schema_field(PiecesSerializer(many=True))
    def get_claims(self, plan: Any) -> list[dict[str, Any]]:
        return [
            {"line_item_id": line.line_item_id, "quantity": quantity}
            for line, quantity in plan.claims
        ]


class CancellationSerializer(serializers.ModelSerializer[Cancellation]):
    writes = serializers.SerializerMethodField()
    order_id = serializers.IntegerField()

    class Meta:
        model = Cancellation
        fields = ["id", "order_id", "whole", "lines", "requested_at", "writes"]

    @extend_schema_field(OrderWriteSerializer(many=True))
    def get_writes(self, cancellation: Cancellation) -> list[dict[str, Any]]:
        writes = cancellation.writes.order_by("pk")
        return list(OrderWriteSerializer(writes, many=True).data)


class RetryWishSerializer(serializers.Serializer[Any]):
    revision = serializers.CharField(required=False, default="", allow_blank=True, max_length=64)
    despite_stop = serializers.BooleanField(required=False, allow_null=True, default=None)
