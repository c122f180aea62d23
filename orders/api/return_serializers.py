from __future__ import annotations

from rest_framework import serializers

from orders.enums import Rejection, ReturnStage
from orders.models import CustomerReturn, ReturnLine


class ReturnLineSerializer(serializers.ModelSerializer[ReturnLine]):
    """Pieces of one offer; what is neither sellable, damaged nor not received is undecided."""

    offer_id = serializers.CharField(source="offer_allegro_id", help_text="Allegro's offer number")
    line_item_id = serializers.CharField(
        source="order_line.line_item_id",
        allow_null=True,
        default=None,
        help_text="The order's line; null while it is not known",
    )
    external_id = serializers.CharField(
        source="order_line.external_id", allow_null=True, default=None
    )
    undecided = serializers.IntegerField()
    warehouse = serializers.CharField(source="warehouse.code", allow_null=True, default=None)

    class Meta:
        model = ReturnLine
        fields = [
            "id", "offer_id", "line_item_id", "external_id", "name", "quantity", "price", "currency",
            "reason", "comment", "sellable", "damaged", "not_received", "undecided", "warehouse",
            "decisions_made", "decided_at",
        ]  # fmt: skip


class CustomerReturnSerializer(serializers.ModelSerializer[CustomerReturn]):
    """A return with its lines. ``status`` is Allegro's, ``stage`` says where it stands here."""

    integration_id = serializers.IntegerField()
    order_id = serializers.IntegerField(allow_null=True)
    stage = serializers.ChoiceField(ReturnStage.choices)
    parcels = serializers.JSONField(help_text="As Allegro tells them")
    lines = ReturnLineSerializer(many=True)

    class Meta:
        model = CustomerReturn
        fields = [
            "id", "return_id", "reference_number", "integration_id", "order_id", "checkout_form_id",
            "status", "stage", "marketplace", "is_fulfilment", "buyer_login", "parcels",
            "rejection_code", "rejection_reason", "rejected_at", "opened_at", "received_at",
            "read_at", "lines",
        ]  # fmt: skip


class LineDecisionSerializer(serializers.Serializer[None]):
    """What becomes of a line, in pieces, as a whole; the rest stays undecided."""

    line_id = serializers.IntegerField()
    sellable = serializers.IntegerField(default=0, min_value=0)
    damaged = serializers.IntegerField(default=0, min_value=0)
    not_received = serializers.IntegerField(default=0, min_value=0)
    expected_decisions = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="`decisionsMade` you have seen; another number answers 409",
    )
    book = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Where stock was never taken for the line: whether to count the pieces in",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class DecideReturnSerializer(serializers.Serializer[None]):
    """Decisions about lines of a return, all of them or none."""

    warehouse_code = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Empty: the default warehouse"
    )
    decisions = LineDecisionSerializer(many=True, allow_empty=False)


class RejectReturnSerializer(serializers.Serializer[None]):
    """Why the refund of a return is refused."""

    code = serializers.ChoiceField(Rejection.choices)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=250,
        default="",
        help_text="Needed with REFUND_REJECTED",
    )


class RejectionSerializer(serializers.Serializer[None]):
    """The rejection on its way to Allegro."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    return_id = serializers.CharField(source="key")
