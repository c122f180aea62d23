"""Shapes of the organization's settings, its suppliers, and verdicts on keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from settings_app.api.serializers.integrations import RateField
from settings_app.enums import Environment
from settings_app.models import (
    OrganizationSettings,
    Supplier,
)
from settings_app.rules import currency_code, margin


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    """A supplier. The key can be written and never read; ``hasApiKey`` says whether there is one."""

    api_key = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=500, trim_whitespace=False
    )
    has_api_key = serializers.SerializerMethodField()

    class Meta:
        model = Supplier
        fields = (
            "id",
            "name",
            "code",
            "currency",
            "margin_percent",
            "feed_url",
            "active",
            "api_key",
            "has_api_key",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("id", "created_at", "updated_at")

    def get_has_api_key(self, supplier: Supplier) -> bool:
        return bool(supplier.api_key)

    def validate_currency(self, value: str) -> str:
        return currency_code(value)

    def validate_margin_percent(self, value: Decimal | None) -> Decimal | None:
        return margin(value)


class OrganizationSettingsSerializer(serializers.ModelSerializer[OrganizationSettings]):
    default_vat_rate = RateField(required=False)

    class Meta:
        model = OrganizationSettings
        fields = (
            "default_margin_percent",
            "default_vat_rate",
            "low_stock_threshold",
            "notification_email",
            "keep_runs_days",
        )

    def validate_default_margin_percent(self, value: Decimal | None) -> Decimal | None:
        return margin(value)


class SettingsPageSerializer(OrganizationSettingsSerializer):
    suppliers = SupplierSerializer(many=True)

    class Meta(OrganizationSettingsSerializer.Meta):
        fields = (*OrganizationSettingsSerializer.Meta.fields, "suppliers")  # type: ignore[assignment]


class VerdictSerializer(serializers.Serializer[Any]):
    valid = serializers.BooleanField()
    login = serializers.CharField()
    problem = serializers.CharField()


class ValidationWishSerializer(serializers.Serializer[Any]):
    integration_id = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Only this one"
    )


class EnvironmentVerdictSerializer(VerdictSerializer):
    environment = serializers.ChoiceField(choices=Environment.choices)


class IntegrationVerdictSerializer(VerdictSerializer):
    integration_id = serializers.IntegerField()


class ValidationAnswerSerializer(serializers.Serializer[Any]):
    """``valid`` when all of it is; the application's keys first, then each account's tokens."""

    valid = serializers.BooleanField()
    environments = EnvironmentVerdictSerializer(many=True)
    integrations = IntegrationVerdictSerializer(many=True)
