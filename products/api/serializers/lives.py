"""Shapes of a product's history and of suppliers' prices."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from products.models import ProductChange


class ChangeSerializer(serializers.ModelSerializer[ProductChange]):
    """One value before and after. Values are texts; null was not known. An empty field: created."""

    actor = serializers.EmailField(source="actor.email", read_only=True, default=None)

    class Meta:
        model = ProductChange
        fields = ("id", "field", "before", "after", "source", "reference", "actor", "at")


class SupplierPriceSerializer(serializers.Serializer[Any]):
    """What one supplier asks and has."""

    supplier = serializers.IntegerField(source="row.supplier_id")
    supplier_name = serializers.CharField(source="row.supplier.name")
    supplier_code = serializers.CharField(source="row.supplier_code")
    price = serializers.DecimalField(
        source="row.price", max_digits=14, decimal_places=4, allow_null=True
    )
    currency = serializers.CharField(source="row.currency")
    stock = serializers.IntegerField(source="row.stock", allow_null=True)
    fetched_at = serializers.DateTimeField(source="row.fetched_at", allow_null=True)
    cheapest = serializers.BooleanField()
