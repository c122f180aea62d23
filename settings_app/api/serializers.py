"""Shapes of integrations, settings, suppliers and tokens in the API. No secret is ever among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from settings_app.allegro import configured_environments
from settings_app.enums import AuthorizationState, Environment
from settings_app.models import (
    DeviceAuthorization,
    Integration,
    OrganizationSettings,
    Supplier,
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
        if len(value) != 3 or not value.isascii() or not value.isalpha():
            raise serializers.ValidationError("Three letters, such as PLN.")
        return value.upper()


class OrganizationSettingsSerializer(serializers.ModelSerializer[OrganizationSettings]):
    default_vat_rate = RateField(required=False)

    class Meta:
        model = OrganizationSettings
        fields = (
            "default_margin_percent",
            "default_vat_rate",
            "low_stock_threshold",
            "notification_email",
        )


class SettingsPageSerializer(OrganizationSettingsSerializer):
    suppliers = SupplierSerializer(many=True)

    class Meta(OrganizationSettingsSerializer.Meta):
        fields = (*OrganizationSettingsSerializer.Meta.fields, "suppliers")  # type: ignore[assignment]


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


class TokenSerializer(serializers.ModelSerializer[Integration]):
    """The tokens of an integration, described: whose, until when, for what. Never the tokens."""

    allegro_user_id = serializers.CharField(source="seller_id")
    allegro_login = serializers.CharField(source="seller_login")
    is_active = serializers.BooleanField(source="is_working")
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(source="token_expires_at")
    refreshed_at = serializers.DateTimeField(source="token_refreshed_at")

    class Meta:
        model = Integration
        fields = (
            "id",
            "label",
            "environment",
            "state",
            "is_active",
            "allegro_user_id",
            "allegro_login",
            "scopes",
            "expires_at",
            "refresh_expires_at",
            "refreshed_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class TokenChangeSerializer(serializers.Serializer[Any]):
    """What can be changed: the name, and whether it is used (false pauses, true resumes)."""

    label = serializers.CharField(max_length=80, required=False)  # type: ignore[assignment]
    is_active = serializers.BooleanField(required=False)


class EnvironmentField(serializers.ChoiceField):
    """An Allegro environment that is set up here; without one, the first of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Environment.choices, required=False, **kwargs)


class WishSerializer(serializers.Serializer[Any]):
    """Which account is to be connected."""

    label = serializers.CharField(  # type: ignore[assignment]
        max_length=80, required=False, allow_blank=True, default=""
    )
    environment = EnvironmentField()
    expected_login = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default=""
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "environment" not in attrs:
            known = configured_environments()
            attrs["environment"] = (known[0] if known else Environment.PRODUCTION).value
        return attrs


class ManualTokenSerializer(WishSerializer):
    refresh_token = serializers.CharField(
        write_only=True, max_length=8000, help_text="Spent at once; the hub keeps its successor"
    )


class DeviceWishSerializer(WishSerializer):
    integration_id = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Connect this one again"
    )


class AuthorizationSerializer(serializers.ModelSerializer[DeviceAuthorization]):
    """A device authorization. ``deviceCode`` and ``taskId`` are our own id of it.

    Allegro's device code is a secret and stays on the server, which polls with it by itself.
    """

    authorization_id = serializers.UUIDField(source="public_id")
    device_code = serializers.UUIDField(source="public_id")
    task_id = serializers.UUIDField(source="public_id")
    status = serializers.SerializerMethodField()
    interval = serializers.IntegerField(source="interval_seconds")

    class Meta:
        model = DeviceAuthorization
        fields = (
            "authorization_id",
            "device_code",
            "task_id",
            "status",
            "problem",
            "user_code",
            "verification_uri",
            "verification_uri_complete",
            "interval",
            "expires_at",
            "integration_id",
            "created_at",
        )
        read_only_fields = fields

    @extend_schema_field(
        {"type": "string", "enum": [str(state).lower() for state in AuthorizationState.values]}
    )
    def get_status(self, authorization: DeviceAuthorization) -> str:
        return str(authorization.state).lower()


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


class TokenValidationSerializer(VerdictSerializer):
    token = TokenSerializer()
