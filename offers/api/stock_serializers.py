"""Shapes of stock on its way to Allegro in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.enums import WorkState
from offers.api.serializers import LinkReasonSerializer
from offers.enums import CommandOutcome, ItemState, PushReason, WriteKind
from offers.models import OfferPush
from offers.queries.stock import GROUPS
from offers.stock_reasons import push_reason

HIGHEST = 1_000_000


class SetOfferStockSerializer(serializers.Serializer[dict[str, Any]]):
    """How many units the offer is to have for sale."""

    available = serializers.IntegerField(
        min_value=0,
        max_value=HIGHEST,
        help_text="Units of the offer that can be bought; 0 is a value",
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Only say what would be set"
    )


class TargetSerializer(serializers.Serializer[object]):
    """What the offer is to show: `quantity`, or null and why that is not ours to say."""

    quantity = serializers.IntegerField(allow_null=True)
    reason = LinkReasonSerializer()


class ShownSerializer(serializers.Serializer[object]):
    """What Allegro said when it was asked last; null before that."""

    quantity = serializers.IntegerField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)


class StockWriteSerializer(serializers.Serializer[object]):
    """One write of the offer's stock. `id` is the command's id at Allegro."""

    id = serializers.UUIDField(source="command.uuid")
    kind = serializers.ChoiceField(source="command.kind", choices=WriteKind.choices)
    value = serializers.IntegerField()
    shown_before = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=ItemState.choices)
    outcome = serializers.ChoiceField(source="command.outcome", choices=CommandOutcome.choices)
    message = serializers.CharField()
    created_at = serializers.DateTimeField(source="command.created_at")
    completed_at = serializers.DateTimeField(source="command.completed_at", allow_null=True)
    trace_id = serializers.CharField(source="command.last_trace_id")


class PlannedChangeSerializer(serializers.Serializer[object]):
    """What setting the quantity does to our own stock: pieces on hand in one warehouse."""

    product_id = serializers.IntegerField(source="product.pk")
    product_code = serializers.CharField(source="product.code")
    warehouse_code = serializers.CharField(source="warehouse.code")
    on_hand_before = serializers.IntegerField(source="before")
    on_hand_after = serializers.IntegerField(source="after")


class OfferStockSerializer(serializers.Serializer[object]):
    """An offer's stock: what it is to show, what is shown, and how the way there stands."""

    offer_id = serializers.IntegerField(source="offer.pk")
    allegro_id = serializers.CharField(source="offer.allegro_id")
    target = serializers.SerializerMethodField()
    shown = serializers.SerializerMethodField()
    listed = serializers.IntegerField(source="offer.stock_available", allow_null=True)
    state = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    last_error = serializers.SerializerMethodField()
    last_write = StockWriteSerializer(allow_null=True)

    @extend_schema_field(TargetSerializer)
    def get_target(self, stock: Any) -> dict[str, Any]:
        return {"quantity": stock.target.quantity, "reason": _plain(stock.target_reason)}

    @extend_schema_field(ShownSerializer)
    def get_shown(self, stock: Any) -> dict[str, Any]:
        return {"quantity": stock.offer.stock_shown, "read_at": stock.offer.stock_shown_at}

    @extend_schema_field(serializers.ChoiceField(choices=WorkState.choices, allow_null=True))
    def get_state(self, stock: Any) -> str | None:
        return stock.push.state if stock.push else None

    @extend_schema_field(LinkReasonSerializer(allow_null=True))
    def get_reason(self, stock: Any) -> dict[str, str] | None:
        return _plain(stock.reason) if stock.reason else None

    @extend_schema_field(serializers.CharField)
    def get_last_error(self, stock: Any) -> str:
        return stock.push.last_error if stock.push else ""


class StockSetSerializer(serializers.Serializer[object]):
    """What was set, or would be (`dryRun`), and how the offer's stock stands."""

    dry_run = serializers.BooleanField()
    change = PlannedChangeSerializer()
    stock = OfferStockSerializer()


class OfferPushSerializer(serializers.ModelSerializer[OfferPush]):
    """The wish that an offer shows our stock, and what became of it."""

    allegro_id = serializers.CharField(source="offer.allegro_id", read_only=True)
    integration_id = serializers.IntegerField(read_only=True)
    reason = serializers.SerializerMethodField()

    class Meta:
        model = OfferPush
        fields = (
            "id", "offer_id", "allegro_id", "integration_id", "state", "reason", "target", "shown",
            "cause", "requested_at", "attempts", "next_attempt_at", "last_error", "last_trace_id",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(LinkReasonSerializer)
    def get_reason(self, push: OfferPush) -> dict[str, str]:
        return _plain(push_reason(push))


class PushQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """How a list of pushes may be narrowed."""

    state = serializers.ChoiceField(required=False, choices=list(GROUPS), default="")
    integrationId = serializers.IntegerField(required=False, min_value=1)  # noqa: N815 -- as queries are named
    reason = serializers.ChoiceField(required=False, choices=PushReason.choices, default="")


class RetriedSerializer(serializers.Serializer[object]):
    retried = serializers.IntegerField()


class FeedsSerializer(serializers.Serializer[dict[str, Any]]):
    """Warehouses that feed an account, the preferred first; empty: every open one."""

    warehouse_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=200, allow_empty=True
    )


def _plain(reason: Any) -> dict[str, str]:
    return {"code": reason.code, "text": reason.text, "remedy": reason.remedy}
