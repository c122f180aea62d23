from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inventory.models import BundlePart, LowStock, StockLevel, StockMovement, Warehouse
from inventory.operations.ledger import HIGHEST
from inventory.queries import Stock


class LevelSerializer(serializers.ModelSerializer[StockLevel]):
    warehouse_code = serializers.CharField(source="warehouse.code")
    warehouse_name = serializers.CharField(source="warehouse.name")
    available = serializers.IntegerField()
    in_transit = serializers.IntegerField(help_text="On their way to it", default=0)

    class Meta:
        model = StockLevel
        fields = [
            "warehouse_id", "warehouse_code", "warehouse_name", "on_hand", "reserved", "available",
            "in_transit", "minimum", "updated_at",
        ]  # fmt: skip


class StockSerializer(serializers.Serializer[Stock]):
    """Pieces over all warehouses; ``available`` is on hand less reserved, below zero when oversold.

    Of a bundle the levels are empty and ``sets`` says how many can be put together, null when unknown.
    """

    product_id = serializers.IntegerField(source="product.pk")
    product_code = serializers.CharField(source="product.code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField()
    in_transit = serializers.IntegerField()
    is_bundle = serializers.BooleanField()
    sets = serializers.IntegerField(allow_null=True)
    levels = LevelSerializer(many=True)


class SetStockSerializer(serializers.Serializer[dict[str, object]]):
    on_hand = serializers.IntegerField(min_value=0, max_value=HIGHEST)
    warehouse_code = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="The default warehouse if left out"
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    minimum = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=HIGHEST,
        help_text="Counts as low from; null: the product's own rule. Left out: as it is",
    )
    expected_on_hand = serializers.IntegerField(
        required=False, help_text="409 when the stock is no longer this"
    )


class WarehouseSerializer(serializers.ModelSerializer[Warehouse]):
    """A place with stock of its own; a closed one (``active`` false) gives nothing to sell."""

    class Meta:
        model = Warehouse
        fields = ["id", "name", "code", "is_default", "active", "created_at", "updated_at"]


class WriteWarehouseSerializer(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=60)


class ChangeWarehouseSerializer(serializers.Serializer[dict[str, Any]]):
    """What is left out stays. ``isDefault`` can be set, not taken away: another becomes it."""

    name = serializers.CharField(max_length=120, required=False)
    code = serializers.CharField(max_length=60, required=False)
    active = serializers.BooleanField(required=False)
    is_default = serializers.BooleanField(required=False)

    def validate_is_default(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(_("Make another warehouse the default instead."))
        return value


class AvailabilitySerializer(serializers.ModelSerializer[StockLevel]):
    """What one place has of a product."""

    product_code = serializers.CharField(source="product.code")
    product_name = serializers.CharField(source="product.name")
    available = serializers.IntegerField()

    class Meta:
        model = StockLevel
        fields = ["product_id", "product_code", "product_name", "on_hand", "reserved", "available"]


class MovementSerializer(serializers.ModelSerializer[StockMovement]):
    """A line of the ledger."""

    product_code = serializers.CharField(source="product.code")
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = StockMovement
        fields = [
            "id", "at", "kind", "product_id", "product_code", "warehouse_code", "on_hand_change",
            "on_hand_after", "reserved_change", "reserved_after", "reason", "reference",
        ]  # fmt: skip


class LowSerializer(serializers.ModelSerializer[LowStock]):
    """A product at or below the number from which its stock counts as low."""

    product_code = serializers.CharField(source="product.code")
    product_name = serializers.CharField(source="product.name")

    class Meta:
        model = LowStock
        fields = [
            "product_id", "product_code", "product_name", "available", "threshold", "since",
        ]  # fmt: skip


class PartSerializer(serializers.ModelSerializer[BundlePart]):
    product_id = serializers.IntegerField(source="part_id")
    product_code = serializers.CharField(source="part.code")

    class Meta:
        model = BundlePart
        fields = ["product_id", "product_code", "units"]


class BundleSerializer(serializers.Serializer[dict[str, Any]]):
    """What a bundle holds; no parts is an ordinary product."""

    parts = PartSerializer(many=True)


class WritePartSerializer(serializers.Serializer[dict[str, Any]]):
    product_id = serializers.IntegerField()
    units = serializers.IntegerField(min_value=1, default=1)


class WriteBundleSerializer(serializers.Serializer[dict[str, Any]]):
    parts = WritePartSerializer(many=True, allow_empty=True)
