"""Shapes of integrations, settings, suppliers and tokens in the API. No secret is ever among them."""

from settings_app.api.serializers.integrations import (
    AllegroSettingsSerializer,
    IntegrationSerializer,
    SettingsAnswerSerializer,
    SettingsEnvelopeSerializer,
    SettingsSavedSerializer,
    SyncHealthSerializer,
)
from settings_app.api.serializers.preferences import (
    EnvironmentVerdictSerializer,
    IntegrationVerdictSerializer,
    OrganizationSettingsSerializer,
    SettingsPageSerializer,
    SupplierSerializer,
    ValidationAnswerSerializer,
    ValidationWishSerializer,
    VerdictSerializer,
)
from settings_app.api.serializers.tokens import (
    AuthorizationSerializer,
    DeviceWishSerializer,
    ManualTokenSerializer,
    TokenChangeSerializer,
    TokenSerializer,
    TokenValidationSerializer,
    WishSerializer,
)

__all__ = [
    "AllegroSettingsSerializer",
    "AuthorizationSerializer",
    "DeviceWishSerializer",
    "EnvironmentVerdictSerializer",
    "IntegrationSerializer",
    "IntegrationVerdictSerializer",
    "ManualTokenSerializer",
    "OrganizationSettingsSerializer",
    "SettingsAnswerSerializer",
    "SettingsEnvelopeSerializer",
    "SettingsPageSerializer",
    "SettingsSavedSerializer",
    "SupplierSerializer",
    "SyncHealthSerializer",
    "TokenChangeSerializer",
    "TokenSerializer",
    "TokenValidationSerializer",
    "ValidationAnswerSerializer",
    "ValidationWishSerializer",
    "VerdictSerializer",
    "WishSerializer",
]
