"""Shapes of products in the API. They validate and present; operations save."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organization
from products.enums import SyncReason
from products.models import Category, Product
from products.operations import EDITABLE
from products.queries.sync_rules import reason_of, takes_part
from settings_app.models import Supplier


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product. Amounts are decimal texts with a currency beside them; unknown is null."""

    supplier_name = serializers.CharField(source="supplier.name", read_only=True, default=None)
    category = serializers.CharField(source="default_category.path", read_only=True, default=None)
    syncs = serializers.SerializerMethodField()
    sync_reason = serializers.SerializerMethodField()
    sync_rule_name = serializers.CharField(source="sync_rule.name", read_only=True, default=None)

    class Meta:
        model = Product
        fields = ("id", *EDITABLE, "supplier_name", "category", "ean_finding", "syncs", "sync_reason",
                  "sync_rule_name", "archived_at", "version", "created_at", "updated_at")  # fmt: skip
        read_only_fields = ("archived_at", "version", "created_at", "updated_at", "ean_finding")

    def get_syncs(self, product: Product) -> bool:
        return takes_part(product)

    @extend_schema_field(serializers.ChoiceField(choices=SyncReason.choices))
    def get_sync_reason(self, product: Product) -> str:
        return reason_of(product).value


class ProductDetailSerializer(ProductSerializer):
    """A product with its pictures."""

    images = serializers.SerializerMethodField()

    class Meta(ProductSerializer.Meta):
        fields = (*ProductSerializer.Meta.fields, "images")  # type: ignore[assignment]

    def get_images(self, product: Product) -> list[str]:
        return [image.url for image in sorted(product.images.all(), key=lambda i: i.position)]


class ProductWriteSerializer(serializers.ModelSerializer[Product]):
    """What a POST, PUT or PATCH may say; an outdated ``version`` refuses the change."""

    version = serializers.IntegerField(required=False, min_value=1)
    images = serializers.ListField(
        child=serializers.CharField(max_length=1000), required=False, max_length=64
    )

    class Meta:
        model = Product
        fields = (*EDITABLE, "images", "version")

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another organization's supplier or category does not exist for the caller.
        suppliers = Supplier.objects.for_organization(organization)
        categories = Category.objects.for_organization(organization)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        self.fields["default_category"].queryset = categories  # type: ignore[attr-defined]


class RemovalSerializer(serializers.Serializer[Any]):
    """What became of a product that was to be deleted."""

    result = serializers.ChoiceField(choices=["deleted", "archived"])
    reason = serializers.CharField()
