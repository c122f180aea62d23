from __future__ import annotations

from core.api.routes import route
from settings_app.api import integrations, keeping, preferences, tokens

urlpatterns = [
    route("integrations", integrations.IntegrationsView.as_view(), "integrations"),
    route("integrations/<int:pk>", integrations.IntegrationDetailView.as_view(), "integration"),
    route(
        "integrations/<int:pk>/sync-health",
        integrations.IntegrationHealthView.as_view(),
        "integration_sync_health",
    ),
    route("integrations/<int:pk>/pause", integrations.PauseView.as_view(), "integration_pause"),
    route("integrations/<int:pk>/resume", integrations.ResumeView.as_view(), "integration_resume"),
    route(
        "integrations/<int:pk>/disconnect",
        integrations.DisconnectView.as_view(),
        "integration_disconnect",
    ),
    route(
        "allegro/settings/<int:pk>", integrations.AllegroSettingsView.as_view(), "allegro_settings"
    ),
    route(
        "allegro/settings/<int:pk>/fields", keeping.FieldsView.as_view(), "allegro_settings_fields"
    ),
    route(
        "allegro/settings/<int:pk>/schedules",
        keeping.SchedulesView.as_view(),
        "allegro_settings_schedules",
    ),
    route("settings", preferences.SettingsView.as_view(), "settings"),
    route("settings/suppliers", preferences.SuppliersView.as_view(), "suppliers"),
    route("settings/suppliers/<int:pk>", preferences.SupplierView.as_view(), "supplier"),
    route(
        "settings/validate/allegro", preferences.ValidateAllegroView.as_view(), "validate_allegro"
    ),
    route("tokens", tokens.TokensView.as_view(), "tokens"),
    route("tokens/<int:pk>", tokens.TokenView.as_view(), "token"),
    route("tokens/user/<int:user_id>", tokens.UserTokensView.as_view(), "tokens_of_user"),
    route("tokens/auth/initialize", tokens.InitializeView.as_view(), "tokens_auth_initialize"),
    route(
        "tokens/auth/status/<str:device_code>",
        tokens.AuthorizationStatusView.as_view(),
        "tokens_auth_status",
    ),
    route(
        "tokens/auth/task/<str:task_id>",
        tokens.AuthorizationTaskView.as_view(),
        "tokens_auth_task",
    ),
    route("tokens/<int:pk>/refresh", tokens.TokenRefreshView.as_view(), "token_refresh"),
    route("tokens/<int:pk>/validate", tokens.TokenValidateView.as_view(), "token_validate"),
]
