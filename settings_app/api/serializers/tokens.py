"""Shapes of tokens: described, never shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from settings_app.allegro import configured_environments
from settings_app.api.serializers.preferences import VerdictSerializer
from settings_app.enums import AuthorizationState, Environment
from settings_app.models import (
    DeviceAuthorization,
    Integration,
)


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


class TokenValidationSerializer(VerdictSerializer):
    token = TokenSerializer()
