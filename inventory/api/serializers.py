from __future__ import annotations

from rest_framework import serializers

from inventory.models import StockLevel
from inventory.operations.setting import HIGHEST
from inventory.queries import Stock


class LevelSerializer(serializers.ModelSerializer[StockLevel]):
    warehouse_code = serializers.CharField(source="warehouse.code")
    warehouse_name = serializers.CharField(source="warehouse.name")
    available = serializers.IntegerField()

    class Meta:
        model = StockLevel
        fields = [
            "warehouse_code", "warehouse_name", "on_hand", "reserved", "available", "minimum",
            "updated_at",
        ]  # fmt: skip


class StockSerializer(serializers.Serializer[Stock]):
    """Pieces over all warehouses; ``available`` is on hand less reserved, below zero when oversold."""

    product_id = serializers.IntegerField(source="product.pk")
    product_code = serializers.CharField(source="product.code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField()
    levels = LevelSerializer(many=True)


class SetStockSerializer(serializers.Serializer[dict[str, object]]):
    on_hand = serializers.IntegerField(min_value=0, max_value=HIGHEST)
    warehouse_code = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="The default warehouse if left out"
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    expected_on_hand = serializers.IntegerField(
        required=False, help_text="409 when the stock is no longer this"
    )
