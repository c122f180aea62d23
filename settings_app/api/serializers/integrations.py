"""Shapes of integrations and their settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from settings_app.models import (
    Integration,
)
from settings_app.queries import missing_scopes


@extend_schema_field(OpenApiTypes.NUMBER)
class RateField(serializers.DecimalField):
    """A percentage, a JSON number as the published settings show it (23, 8.5)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **kwargs
        )

    def to_representation(self, value: Any) -> int | float:  # type: ignore[override]
        rate = Decimal(value)
        return int(rate) if rate == rate.to_integral_value() else float(rate)


class AllegroSettingsSerializer(serializers.ModelSerializer[Integration]):
    """How an integration behaves; in a PUT, what is left out stays as it is."""

    default_vat_rate = RateField(required=False)

    class Meta:
        model = Integration
        fields = (
            "auto_generate_invoices",
            "invoice_template_id",
            "sync_frequency_minutes",
            "auto_mark_as_paid",
            "auto_create_customer",
            "auto_create_product",
            "default_vat_rate",
        )


class SettingsEnvelopeSerializer(serializers.Serializer[Any]):
    settings = AllegroSettingsSerializer(partial=True)


class SettingsAnswerSerializer(serializers.Serializer[Any]):
    settings = AllegroSettingsSerializer()


class SettingsSavedSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    settings = AllegroSettingsSerializer()


class IntegrationSerializer(serializers.ModelSerializer[Integration]):
    """A connected Allegro account."""

    missing_scopes = serializers.SerializerMethodField()
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Integration
        fields = (
            "id",
            "label",
            "environment",
            "state",
            "seller_id",
            "seller_login",
            "base_marketplace",
            "verified_at",
            "scopes",
            "missing_scopes",
            "may_write_stock",
            "may_write_price",
            "may_write_offers",
            "stock_buffer",
            "zero_stock_policy",
            "brake_share_percent",
            "brake_minimum",
            "conflict_strategy",
            "sync_error_count",
            "last_sync_error",
            "last_synced_at",
            "last_order_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_missing_scopes(self, integration: Integration) -> list[str]:
        return missing_scopes(integration)


class SyncHealthSerializer(serializers.ModelSerializer[Integration]):
    """Whether an integration works, and what it waits for."""

    healthy = serializers.SerializerMethodField()
    needs_reauth = serializers.SerializerMethodField()
    missing_scopes = serializers.SerializerMethodField()

    class Meta:
        model = Integration
        fields = (
            "id",
            "state",
            "healthy",
            "needs_reauth",
            "sync_error_count",
            "last_sync_error",
            "last_error_trace_id",
            "last_finding",
            "last_synced_at",
            "last_order_at",
            "token_refreshed_at",
            "token_expires_at",
            "refresh_expires_at",
            "missing_scopes",
        )
        read_only_fields = fields

    def get_healthy(self, integration: Integration) -> bool:
        return integration.is_working and not integration.sync_error_count

    def get_needs_reauth(self, integration: Integration) -> bool:
        return integration.state == "NEEDS_REAUTH"

    def get_missing_scopes(self, integration: Integration) -> list[str]:
        return missing_scopes(integration)
